import assert from 'node:assert/strict'
import { test } from 'node:test'
import { configHash, OPERATIONAL } from '../../src/config/hash.ts'
import { loadConfig } from '../../src/config/load.ts'
import { schema } from '../../src/config/schema.ts'
import { leavesOf } from '../../src/config/structure.ts'

const hash = (overrides: Record<string, unknown>) =>
  configHash(loadConfig({ file: null, overrides, environment: {}, folder: '/nowhere' }).config)

test('the hash is stable and changes with what can change an answer', () => {
  assert.match(hash({}), /^[0-9a-f]{12}$/)
  assert.equal(hash({}), hash({ 'retrieve.candidates': 64 }))
  assert.notEqual(hash({}), hash({ 'retrieve.candidates': 65 }))
  assert.notEqual(hash({}), hash({ 'packing.per_document': 0.5 }))
})

test('where the service listens, what it logs and its secrets are left out', () => {
  const operational = {
    'http.port': 1,
    'log.level': 'debug',
    'data.directory': '/elsewhere',
    'state.database_url': 'postgres://secret',
    'usage.flush_ms': 10,
    'retrieve.cohort': 'canary',
  }
  assert.equal(hash({}), hash(operational))
})

test('every operational name is a setting or a section', () => {
  const paths = leavesOf(schema).map(({ path }) => path)
  const gone = OPERATIONAL.filter((name) => !paths.some((path) => path === name || path.startsWith(`${name}.`)))
  assert.deepEqual(gone, [])
})
