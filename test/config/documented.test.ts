import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { z } from 'zod'
import { describe } from '../../src/config/describe.ts'
import { schema } from '../../src/config/schema.ts'
import { leavesOf } from '../../src/config/structure.ts'

test('docs/configuration.md is what the schema says', () => {
  const written = readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8')
  assert.equal(written, describe(schema), 'Run `npm run docs:config` and commit docs/configuration.md.')
})

test('every setting says its unit and why it exists', () => {
  const silent = leavesOf(schema).filter(({ note }) => note === null || note.unit === '' || note.why === '')
  assert.deepEqual(
    silent.map(({ path }) => path),
    [],
    'Declare the setting with a helper of src/config/setting.ts.',
  )
})

test('every default is a value that could be set', () => {
  const wrong = leavesOf(schema).filter(({ schema: leaf }) => {
    const fallback = z.safeParse(leaf, undefined)
    return !fallback.success || !z.safeParse(leaf, fallback.data).success
  })
  assert.deepEqual(
    wrong.map(({ path }) => path),
    [],
    'A default is not checked by zod; bring it between the floor and the ceiling of the setting.',
  )
})

test('the example of docs/configuration.md is a setting that exists', () => {
  const [, example] = /In the environment, `([a-z_.]+)` is/.exec(describe(schema)) ?? []
  assert.ok(leavesOf(schema).some(({ path }) => path === example))
})
