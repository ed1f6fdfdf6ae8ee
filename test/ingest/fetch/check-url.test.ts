import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import ipaddr from 'ipaddr.js'
import { fetch } from '../../../src/config/sections/fetch.ts'
import { checkUrl } from '../../../ingest/fetch/check-url.ts'
import { isPublicAddress } from '../../../ingest/fetch/public-address.ts'
import { fetchSettings } from './settings.ts'

const refusal = (url: string, change: Parameters<typeof fetchSettings>[0] = {}): string => {
  try {
    checkUrl(url, fetchSettings(change))
    return ''
  } catch (error) {
    const { code, message } = error as { code: string; message: string }
    assert.equal(code, 'url_refused')
    return message
  }
}

test('nothing is allowed where no host is listed, and the refusal says how to allow it', () => {
  assert.match(refusal('https://example.com/', { hosts: [] }), /`fetch\.hosts`/)
})

test('the list is of hosts with their ports', () => {
  const hosts = ['docs.example.com', '*.wild.example', 'odd.example:8443', '*:9000']
  for (const url of [
    'https://docs.example.com/a?b#c',
    'https://DOCS.example.com./',
    'https://docs.example.com:443/',
    'https://a.wild.example/',
    'https://a.b.wild.example/',
    'https://odd.example:8443/',
    'https://any.example:9000/',
  ])
    assert.equal(refusal(url, { hosts }), '', url)
  for (const url of [
    'https://example.com/',
    'https://docs.example.com.evil.example/',
    'https://xdocs.example.com/',
    'https://docs.example.com:8443/',
    'https://wild.example/',
    'https://evilwild.example/',
    'https://odd.example/',
    'https://evil.example/docs.example.com',
    'https://evil.example#docs.example.com',
    'https://evil.example\\docs.example.com',
  ])
    assert.match(refusal(url, { hosts }), /fetch\.hosts/, url)
})

test('other schemes, user names and what is no address are refused', () => {
  for (const url of [
    'http://example.com/',
    'ftp://example.com/',
    'file:///etc/passwd',
    'data:text/plain,x',
    'javascript:1',
    'gopher://example.com',
    'blob:https://example.com/x',
  ])
    assert.notEqual(refusal(url, { hosts: ['*'] }), '', url)
  for (const url of ['https://user@example.com/', 'https://user:secret@example.com/', 'https://:x@example.com/'])
    assert.match(refusal(url, { hosts: ['*'] }), /user name/, url)
  for (const url of ['', 'example.com', '//example.com', 'https://', 'https://exa mple.com', 'https://[::1', 'https://%00.com/'])
    assert.notEqual(refusal(url, { hosts: ['*'] }), '', url)
  assert.equal(refusal('http://example.com/', { hosts: ['*'], allowHttp: true }), '')
  assert.match(refusal('http://example.com:443/', { hosts: ['*'], allowHttp: true }), /fetch\.hosts/)
})

test('a private address is one in every notation', () => {
  for (const host of [
    '127.0.0.1',
    '127.1',
    '0x7f.0.0.1',
    '2130706433',
    '0177.0.0.1',
    '0x7f000001',
    '0',
    '10.1.2.3',
    '172.16.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '100.100.100.200',
    '224.0.0.1',
    '255.255.255.255',
    '192.0.2.1',
    '198.18.0.1',
    '168.63.129.16',
    '１２７.0.0.1',
    '127。0。0。1',
    '[::1]',
    '[::]',
    '[fe80::1]',
    '[fc00::1]',
    '[fd00:ec2::254]',
    '[ff02::1]',
    '[::ffff:127.0.0.1]',
    '[::ffff:a9fe:a9fe]',
    '[::127.0.0.1]',
    '[64:ff9b::7f00:1]',
    '[64:ff9b:1::1]',
    '[2002:7f00:1::]',
    '[2001:0:1::]',
    '[2001:db8::1]',
    '[::ffff:0:7f00:1]',
    '[fec0::1]',
  ])
    assert.match(refusal(`https://${host}/`, { hosts: ['*'] }), /private|allowed/, host)
  for (const host of ['8.8.8.8', '134744072', '[2606:4700::1111]', '[::ffff:8.8.8.8]', '[64:ff9b::808:808]', '[2a00:1450::1]'])
    assert.equal(refusal(`https://${host}/`, { hosts: ['*'] }), '', host)
  assert.equal(refusal('https://127.0.0.1/', { hosts: ['*'], allowPrivate: true }), '')
})

test('IPv4 is judged alike in whatever IPv6 it hides', () => {
  fc.assert(
    fc.property(fc.ipV4(), (address) => {
      const { octets } = ipaddr.IPv4.parse(address)
      const hex = Buffer.from(octets).toString('hex')
      const tail = `${hex.slice(0, 4)}:${hex.slice(4)}`
      assert.equal(isPublicAddress(`::ffff:${tail}`), isPublicAddress(address))
      assert.equal(isPublicAddress(`64:ff9b::${tail}`), isPublicAddress(address))
      assert.equal(isPublicAddress(`2002:${tail}::1`), false)
      assert.equal(isPublicAddress(`::${tail}`), false)
    }),
  )
  for (const text of ['', 'example.com', '1.2.3.4.5', 'fe80::1%eth0', '2606:4700::1%lo']) assert.equal(isPublicAddress(text), false, text)
})

test('the setting takes hosts and refuses what can never match', () => {
  assert.deepEqual(fetch.parse({}).hosts, [])
  for (const host of ['a.example', '*.a.example', 'a.example:8443', '*', '127.0.0.1:80', '[::1]:80', 'localhost'])
    assert.ok(fetch.safeParse({ hosts: [host] }).success, host)
  for (const host of ['', 'A.example', 'https://a.example', 'a.example/', 'a.*', '*a.example', '**', 'a:b', '.a'])
    assert.ok(!fetch.safeParse({ hosts: [host] }).success, host)
})
