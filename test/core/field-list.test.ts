import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readFieldList } from '../../src/core/field-list.ts'

test('a list of fields is names with types', () => {
  assert.deepEqual(readFieldList('product:keyword, updated:date'), { product: 'keyword', updated: 'date' })
  assert.deepEqual(readFieldList(''), {})
})

test('what is no field is refused with what is allowed', () => {
  for (const bad of ['product', 'product:text', ':keyword', 'a:b:keyword', 'a:keyword,b']) {
    assert.throws(() => readFieldList(bad), { code: 'invalid_request', message: /keyword, number, date or boolean/ }, bad)
  }
})
