import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { AppError } from '../../src/core/errors.ts'
import type { Filter } from '../../src/core/types.ts'
import { readFilter } from '../../src/http/wire/filter.ts'

const LIMITS = { filterDepth: 4, filterTerms: 5, filterCharacters: 10 }

const PLAIN = { noNullPrototype: true } as const
const field = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,10}$/)
const value = fc.oneof(
  fc.string({ maxLength: 10 }).filter((text) => !text.includes('\0')),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.boolean(),
)
const leaf: fc.Arbitrary<Filter> = fc.oneof(
  fc.record({ op: fc.constantFrom('eq', 'ne', 'gt', 'gte', 'lt', 'lte'), field, value }, PLAIN),
  fc.record({ op: fc.constant('in' as const), field, values: fc.array(value, { minLength: 1, maxLength: 2 }) }, PLAIN),
  fc.record({ op: fc.constant('exists' as const), field }, PLAIN),
)
const tree = fc.letrec<{ filter: Filter }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 3 },
    leaf,
    fc.record({ op: fc.constantFrom('and', 'or'), all: fc.array(tie('filter'), { minLength: 1, maxLength: 2 }) }, PLAIN),
    fc.record({ op: fc.constant('not' as const), filter: tie('filter') }, PLAIN),
  ),
})).filter

function toWire(filter: Filter): unknown {
  if ('all' in filter) return { [filter.op]: filter.all.map(toWire) }
  if (filter.op === 'not') return { not: toWire(filter.filter) }
  if (filter.op === 'exists') return { exists: filter.field }
  if (filter.op === 'in') return { in: [filter.field, filter.values] }
  return { [filter.op]: [filter.field, filter.value] }
}

test('reads back every filter that can be written', () => {
  const limits = { filterDepth: 32, filterTerms: 1000, filterCharacters: 10 }
  fc.assert(fc.property(tree, (filter) => assert.deepEqual(readFilter(toWire(filter), limits), filter)))
})

test('anything else is invalid_filter, never another error', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6 }), (json) => {
      try {
        readFilter(json, LIMITS)
      } catch (error) {
        assert.ok(error instanceof AppError && error.code === 'invalid_filter')
      }
    }),
  )
})

test('null is no filter', () => {
  assert.equal(readFilter(null, LIMITS), null)
  assert.equal(readFilter(undefined, LIMITS), null)
})

const wrong: readonly [string, unknown, string][] = [
  ['a text', 'x', 'filters'],
  ['a list', [], 'filters'],
  ['no operator', {}, 'filters'],
  ['two operators', { eq: ['a', 1], ne: ['a', 1] }, 'filters'],
  ['an unknown operator', { like: ['a', 'b'] }, 'filters.like'],
  ['an operator of the prototype', { constructor: ['a', 'b'] }, 'filters.constructor'],
  ['an empty and', { and: [] }, 'filters.and'],
  ['a comparison without value', { eq: ['a'] }, 'filters.eq'],
  ['a comparison with null', { and: [{ eq: ['a', null] }] }, 'filters.and.0.eq.1'],
  ['a comparison with infinity', { eq: ['a', 1e400] }, 'filters.eq.1'],
  ['a field that is SQL', { eq: ['a) or (true', 1] }, 'filters.eq.0'],
  ['an empty in', { in: ['a', []] }, 'filters.in.1'],
  ['a nested in', { in: ['a', [[1]]] }, 'filters.in.1.0'],
  ['a lone surrogate', { eq: ['a', '\ud800'] }, 'filters.eq.1'],
  ['NUL', { eq: ['a', '\0'] }, 'filters.eq.1'],
  ['a text over its limit', { eq: ['a', 'x'.repeat(11)] }, 'filters.eq.1'],
  ['nesting over its limit', { not: { not: { not: { not: { exists: 'a' } } } } }, 'filters.not.not.not.not'],
  ['terms over their limit', { in: ['a', [1, 2, 3, 4, 5, 6]] }, 'filters.in.1.5'],
]
for (const [what, wire, path] of wrong) {
  test(`refuses ${what}, and says where`, () => {
    assert.throws(
      () => readFilter(wire, LIMITS),
      (error: unknown) => {
        assert.ok(error instanceof AppError && error.code === 'invalid_filter')
        assert.equal((error.details['errors'] as { path: string }[])[0]?.path, path)
        return true
      },
    )
  })
}

test('limits are inclusive', () => {
  assert.ok(readFilter({ not: { not: { not: { exists: 'a' } } } }, LIMITS))
  assert.ok(readFilter({ in: ['a', [1, 2, 3, 4, 5]] }, LIMITS))
  assert.ok(readFilter({ eq: ['a', 'x'.repeat(10)] }, LIMITS))
})
