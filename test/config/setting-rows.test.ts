import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { settingRows } from '../../src/config/setting-rows.ts'
import { flag, limit, optionalText } from '../../src/config/setting.ts'

const depth = (value: number) => limit({ unit: 'rows', default: value, min: 1, ceiling: 9, why: 'because' })
const table = (value: number) => z.strictObject({ depth: depth(value) }).prefault({})
const shown = (schema: z.ZodType) => settingRows(schema, 's').map(({ path, fallback, allowed }) => [path, fallback, allowed])

test('a setting says its path, default, unit, bounds and reason', () => {
  assert.deepEqual(settingRows(table(3), 's'), [
    { path: 's.depth', fallback: '`3`', unit: 'rows', allowed: 'a whole number from 1 to 9', why: 'because' },
  ])
})

test('settings inside tables, lists and objects that may be null follow them', () => {
  const note = { unit: 'tables', why: 'because' }
  const schema = z.strictObject({
    by_name: z.record(z.string(), table(1)).default({}).meta(note),
    listed: z.array(table(2)).default([]).meta(note),
    perhaps: table(3).nullable().default(null).meta(note),
    on: flag({ ...note, default: true }),
    url: optionalText(note),
  })
  assert.deepEqual(shown(schema), [
    ['s.by_name', '`{}`', 'a table'],
    ['s.by_name.<name>.depth', '`1`', 'a whole number from 1 to 9'],
    ['s.listed', '`[]`', 'a list'],
    ['s.listed[].depth', '`2`', 'a whole number from 1 to 9'],
    ['s.perhaps', '`null`', 'a table, or null'],
    ['s.perhaps.depth', '`3`', 'a whole number from 1 to 9'],
    ['s.on', '`true`', 'true or false'],
    ['s.url', '`null`', 'text, or null'],
  ])
})

test('equal sisters are told once, with the defaults in which they differ', () => {
  assert.deepEqual(shown(z.strictObject({ a: table(1), b: table(5), c: table(1) })), [
    ['s', '', 'a table with a, b, c'],
    ['s.<name>.depth', '`1`, b `5`', 'a whole number from 1 to 9'],
  ])
})
