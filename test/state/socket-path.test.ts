import assert from 'node:assert/strict'
import { once } from 'node:events'
import { chmodSync, mkdirSync, statSync, symlinkSync } from 'node:fs'
import { createServer } from 'node:net'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { socketPathFor } from '../../src/state/socket-path.ts'
import { temporaryDirectory } from './database-fixture.ts'

/** A directory in which `ration.sock` has a path of exactly this many bytes. */
const directoryFor = (root: string, bytes: number) => join(root, 'd'.repeat(bytes - Buffer.byteLength(join(root, 'x', 'ration.sock')) + 1))

test('the socket stands in the data directory while its path fits, and listens there', async (t) => {
  const root = await temporaryDirectory(t)
  const directory = directoryFor(root, 107)
  mkdirSync(directory)
  const path = socketPathFor(directory, root)
  assert.equal(path, join(directory, 'ration.sock'))
  assert.equal(Buffer.byteLength(path), 107)
  const server = createServer().listen(path)
  await once(server, 'listening')
  server.close()
})

test('one byte more, or as many characters of more bytes each, and it moves to a short private place', async (t) => {
  const root = await temporaryDirectory(t)
  const long = directoryFor(root, 108)
  const path = socketPathFor(long, root)
  const folder = join(root, `ration-${userInfo().uid}`)
  assert.ok(path.startsWith(folder) && Buffer.byteLength(path) <= 107)
  assert.equal(statSync(folder).mode & 0o777, 0o700)
  assert.equal(socketPathFor(long, root), path, 'the same every time')
  assert.notEqual(socketPathFor(`${long}e`, root), path)
  assert.ok(socketPathFor(join(root, 'ü'.repeat(40)), root).startsWith(folder))
})

test('a private place that others can enter, or that is a link, is refused', async (t) => {
  const root = await temporaryDirectory(t)
  const folder = join(root, `ration-${userInfo().uid}`)
  mkdirSync(folder)
  chmodSync(folder, 0o755)
  const long = directoryFor(root, 120)
  assert.throws(() => socketPathFor(long, root), { code: 'invalid_config' })
  const other = join(root, 'other')
  mkdirSync(other)
  symlinkSync(root, join(other, `ration-${userInfo().uid}`))
  assert.throws(() => socketPathFor(long, other), { code: 'invalid_config' })
  const deep = join(root, 'deep'.repeat(20))
  mkdirSync(deep)
  assert.throws(() => socketPathFor(long, deep), { code: 'invalid_config' }, 'no short place at all')
})
