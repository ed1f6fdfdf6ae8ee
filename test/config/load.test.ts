import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { loadConfig, type ConfigOrigin, type LoadedConfig } from '../../src/config/load.ts'
import { AppError } from '../../src/core/errors.ts'

const folder = mkdtempSync(join(tmpdir(), 'ration-config-'))
after(() => rmSync(folder, { recursive: true }))
const write = (name: string, value: unknown) => writeFileSync(join(folder, name), typeof value === 'string' ? value : JSON.stringify(value))

function load(origin: Partial<ConfigOrigin>): LoadedConfig {
  return loadConfig({ file: null, overrides: {}, environment: {}, folder: join(folder, 'nothing-here'), ...origin })
}

function refusal(origin: Partial<ConfigOrigin>): AppError {
  try {
    load(origin)
  } catch (error) {
    assert.ok(error instanceof AppError, String(error))
    assert.equal(error.code, 'invalid_config')
    return error
  }
  return assert.fail('should have been refused')
}

const origin = (loaded: LoadedConfig, path: string) => loaded.values.find((value) => value.path === path)?.source

test('without file and environment every value is its default', () => {
  const loaded = load({})
  assert.equal(loaded.config.retrieve.candidates, 64)
  assert.ok(loaded.values.length > 50)
  assert.ok(loaded.values.every(({ source }) => source === 'default'))
})

test('options win over environment, environment over file, file over defaults, leaf by leaf', () => {
  write('layers.json', { retrieve: { candidates: 10, lexical_terms: 11, vector_characters: 500 }, usage: { flush_ms: 77 } })
  const loaded = load({
    folder,
    file: 'layers.json',
    environment: { RATION_RETRIEVE__CANDIDATES: '20', RATION_RETRIEVE__LEXICAL_TERMS: '21', PATH: '/bin' },
    overrides: { 'retrieve.candidates': 30 },
  })
  assert.deepEqual(
    [loaded.config.retrieve.candidates, loaded.config.retrieve.lexicalTerms, loaded.config.retrieve.vectorCharacters],
    [30, 21, 500],
  )
  assert.equal(loaded.config.usage.flushMs, 77)
  assert.equal(loaded.config.usage.bufferRows, 10_000)
  assert.deepEqual(
    ['retrieve.candidates', 'retrieve.lexical_terms', 'retrieve.vector_characters', 'usage.buffer_rows'].map((path) =>
      origin(loaded, path),
    ),
    ['option', 'environment', 'file', 'default'],
  )
})

test('the file is ration.config.json of the folder, or the one that RATION_CONFIG names, or the one that is asked for', () => {
  write('ration.config.json', { usage: { flush_ms: 101 } })
  write('named.json', { usage: { flush_ms: 102 } })
  write('asked.json', { usage: { flush_ms: 103 } })
  const environment = { RATION_CONFIG: 'named.json' }
  assert.equal(load({ folder }).config.usage.flushMs, 101)
  assert.equal(load({ folder, environment }).config.usage.flushMs, 102)
  assert.equal(load({ folder, environment, file: 'asked.json' }).config.usage.flushMs, 103)
})

test('a file that was named has to be there and to be JSON', () => {
  assert.match(refusal({ folder, file: 'absent.json' }).message, /absent\.json cannot be read/)
  write('broken.json', '{ "usage": ')
  assert.match(refusal({ folder, file: 'broken.json' }).message, /broken\.json is not JSON/)
  write('list.json', [1])
  assert.match(refusal({ folder, file: 'list.json' }).message, /an object of settings/)
})

test('a value out of range is refused with its path, the value and what is allowed', () => {
  const error = refusal({ environment: { RATION_HTTP__PORT: '70000' } })
  assert.equal(error.message, 'http.port is 70000, allowed is a whole number from 0 to 65535 (port)')
  assert.deepEqual(error.details, {
    settings: [{ path: 'http.port', value: 70000, allowed: 'a whole number from 0 to 65535 (port)' }],
  })
})

test('values of the wrong kind are refused and everything wrong is named at once', () => {
  const environment = { RATION_HTTP__PORT: 'eighty', RATION_LOG__LEVEL: 'loud', RATION_HTTP__AUTH_REQUIRED: 'yes' }
  const { message } = refusal({ environment })
  assert.match(message, /http\.port is "eighty", allowed is a whole number/)
  assert.match(message, /log\.level is "loud", allowed is one of fatal, error, warn/)
  assert.match(message, /http\.auth_required is "yes", allowed is true or false/)
})

test('names that become folders are checked at the start', () => {
  for (const path of ['defaults.tenant', 'defaults.index']) {
    for (const value of ['', '../other', 'Acme Corp', 'x'.repeat(65)])
      assert.match(refusal({ overrides: { [path]: value } }).message, /allowed is 1 to 64 of a-z/, value)
    load({ overrides: { [path]: 'acme-2' } })
  }
})

test('what does not fit together is refused, with the value that is in effect', () => {
  const rows = refusal({ overrides: { 'indexes.load_rows': 10 } })
  assert.equal(rows.message, 'retrieve.candidates is 64, allowed is at most indexes.load_rows, which is 10')
  load({ overrides: { 'indexes.load_rows': 10, 'retrieve.candidates': 10 } })
  const profile = refusal({ overrides: { 'defaults.profile': 'mine' } })
  assert.equal(profile.message, 'defaults.profile is "mine", allowed is one of standard, fast')
  load({ overrides: { 'defaults.profile': 'mine', 'models.profiles': { mine: { embedder: { model: 'Xenova/bge-small-en-v1.5' } } } } })
})

test('an unknown name is refused with the nearest known one, wherever it comes from', () => {
  write('typo.json', { http: { prot: 1 }, retreive: { candidates: 3 } })
  const { message } = refusal({ folder, file: 'typo.json' })
  assert.match(message, /unknown setting http\.prot; did you mean http\.port\?/)
  assert.match(message, /unknown setting retreive; did you mean retrieve\?/)
  assert.match(refusal({ environment: { RATION_HTTP__PRT: '1' } }).message, /RATION_HTTP__PRT; did you mean RATION_HTTP__PORT\?/)
  assert.match(refusal({ overrides: { 'retrieve.candidate': 3 } }).message, /did you mean retrieve\.candidates\?/)
})

test('a name of an object prototype is no setting', () => {
  write('prototype.json', '{ "__proto__": { "http": 1 }, "constructor": 1 }')
  assert.match(refusal({ folder, file: 'prototype.json' }).message, /unknown setting constructor/)
})

test('lists and null are written as JSON in the environment', () => {
  const environment = { RATION_DEFAULTS__ENCODINGS: '["cl100k_base"]', RATION_PACKING__PER_DOCUMENT: 'null' }
  const { config } = load({ environment })
  assert.deepEqual(config.defaults.encodings, ['cl100k_base'])
  assert.equal(config.packing.perDocument, null)
})

test('conventional names set what everybody expects of them, and the specific name wins', () => {
  const environment = { DATABASE_URL: 'postgres://u:p@h/d', RATION_API_KEY: 'a-key-of-thirty-two-characters!!' }
  const { config } = load({ environment })
  assert.equal(config.state.databaseUrl, 'postgres://u:p@h/d')
  assert.equal(config.state.bootstrapKeySecret, 'a-key-of-thirty-two-characters!!')
  const both = load({ environment: { ...environment, RATION_STATE__DATABASE_URL: 'postgres://x/y' } })
  assert.equal(both.config.state.databaseUrl, 'postgres://x/y')
})

test('secrets are masked where the configuration is shown and where they are refused', () => {
  const secret = 'hunter2'
  const loaded = load({ environment: { DATABASE_URL: secret } })
  assert.equal(loaded.values.find(({ path }) => path === 'state.database_url')?.value, '***')
  const error = refusal({ environment: { RATION_API_KEY: secret } })
  assert.match(error.message, /state\.bootstrap_key_secret is "\*\*\*"/)
  assert.ok(!JSON.stringify([loaded.values, error.message, error.details]).includes(secret))
})
