import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseDate } from '../../indexes/fields.ts'
import { compileFilter } from '../../indexes/filters.ts'
import type { IndexReader } from '../../src/core/ports/index-reader.ts'
import type { FieldType, Filter, FilterValue, Metadata } from '../../src/core/types.ts'
import { declaration, docs, embedder, makeDocument, openRegistry, temporaryDirectory, tenant, unlimited } from '../contract/index-corpus.ts'

const limits = { filterDepth: 4, filterTerms: 6, keywordCharacters: 20 }
const fields: Record<string, FieldType> = { k: 'keyword', n: 'number', d: 'date', b: 'boolean', CamelCase: 'keyword' }
const compile = (filter: unknown) => compileFilter(filter as Filter, fields, limits)

test('writes one form for every condition, absent fields included', () => {
  assert.equal(compile({ op: 'eq', field: 'k', value: "it's" }), "`field_k` = 'it''s'")
  assert.equal(compile({ op: 'ne', field: 'n', value: -0 }), '(`field_n` IS NULL OR `field_n` != 0e+0)')
  assert.equal(
    compile({ op: 'not', filter: { op: 'gte', field: 'd', value: '1970-01-02' } }),
    '(`field_d` IS NULL OR `field_d` < 86400000)',
  )
  assert.equal(compile({ op: 'in', field: 'b', values: [true, false] }), '`field_b` IN (1,0)')
  const either = {
    op: 'or',
    all: [
      { op: 'exists', field: 'k' },
      { op: 'not', filter: { op: 'exists', field: 'CamelCase' } },
    ],
  }
  assert.equal(compile(either), '(`field_k` IS NOT NULL OR `field_CamelCase` IS NULL)')
  assert.equal(compile({ op: 'not', filter: either }), '(`field_k` IS NULL AND `field_CamelCase` IS NOT NULL)')
})

test('refuses unknown fields, wrong types, empty lists and unknown operators', () => {
  for (const field of ['nope', 'id', 'doc', 'field_k', '__proto__', 'constructor', "k` = '' OR true --", '']) {
    assert.throws(() => compile({ op: 'eq', field, value: 'x' }), { code: 'unknown_filter_field' }, field)
  }
  for (const filter of [
    { op: 'eq', field: 'k', value: 1 },
    { op: 'eq', field: 'k', value: 'x'.repeat(21) },
    { op: 'eq', field: 'k', value: '\ud800' },
    { op: 'eq', field: 'k', value: null },
    { op: 'eq', field: 'k', value: { toString: () => "' OR true" } },
    { op: 'eq', field: 'n', value: NaN },
    { op: 'lt', field: 'n', value: '5' },
    { op: 'eq', field: 'd', value: '2026-13-01' },
    { op: 'eq', field: 'd', value: 5 },
    { op: 'eq', field: 'b', value: 'true' },
    { op: 'gt', field: 'b', value: true },
    { op: 'in', field: 'k', values: [] },
    { op: 'and', all: [] },
    { op: 'toString', field: 'k', value: 'x' },
    { op: '= 1 OR', field: 'n', value: 1 },
  ]) {
    assert.throws(() => compile(filter), { code: 'invalid_filter' }, JSON.stringify(filter))
  }
})

test('is bounded in depth and in terms', () => {
  const leaf: Filter = { op: 'exists', field: 'k' }
  const nested = (levels: number): Filter => (levels === 1 ? leaf : { op: 'not', filter: nested(levels - 1) })
  assert.ok(compile(nested(4)))
  assert.throws(() => compile(nested(5)), { code: 'invalid_filter' })
  assert.throws(() => compile(nested(5000)), { code: 'invalid_filter' })
  assert.ok(compile({ op: 'and', all: Array<Filter>(6).fill(leaf) }))
  assert.throws(() => compile({ op: 'and', all: Array<Filter>(7).fill(leaf) }), { code: 'invalid_filter' })
  assert.throws(() => compile({ op: 'in', field: 'n', values: [1, 2, 3, 4, 5, 6, 7] }), { code: 'invalid_filter' })
})

test('dates are days or ISO times; without a zone they are UTC', () => {
  assert.equal(parseDate('2024-02-29'), Date.UTC(2024, 1, 29))
  assert.equal(parseDate('2026-01-01T12:30'), Date.UTC(2026, 0, 1, 12, 30))
  assert.equal(parseDate('2026-01-01 12:30:05.5Z'), Date.UTC(2026, 0, 1, 12, 30, 5, 500))
  assert.equal(parseDate('2026-01-01T00:00:00+02:00'), Date.UTC(2025, 11, 31, 22))
  assert.equal(parseDate('1969-12-31'), -86_400_000)
  for (const bad of [
    '',
    '2026',
    '2026-02-30',
    '2025-02-29',
    '2026-00-10',
    '2026-1-1',
    '2026-01-01T25:00',
    '01/02/2026',
    '2026-01-01T12:30:00 +02',
  ]) {
    assert.equal(parseDate(bad), null, bad)
  }
})

const hostile = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.string({
    unit: fc.constantFrom("'", '"', '`', '\\', '-', ';', '%', '_', '(', ')', '\0', '\n', ' ', 'a', "''", '--', '/*', '*/'),
    maxLength: 8,
  }),
  fc.constantFrom(
    "' OR true --",
    "x') OR (true",
    "'; DROP TABLE chunks; --",
    '\\',
    "\\' OR 1=1",
    '%',
    'NULL',
    'null',
    '$1',
    '{0}',
    "''",
    '😀',
    'É',
    'E\u0301',
  ),
)
const value: Record<string, fc.Arbitrary<FilterValue>> = {
  k: hostile.filter((text) => text.isWellFormed()),
  n: fc.oneof(fc.integer({ min: -3, max: 3 }), fc.double({ noNaN: true, noDefaultInfinity: true })),
  d: fc.date({ min: new Date('0100-01-01'), max: new Date('2999-01-01'), noInvalidDate: true }).map((date) => date.toISOString()),
  b: fc.boolean(),
}

/** What a filter means, said again in JavaScript. */
function matches(filter: Filter, metadata: Metadata): boolean {
  switch (filter.op) {
    case 'and':
      return filter.all.every((part) => matches(part, metadata))
    case 'or':
      return filter.all.some((part) => matches(part, metadata))
    case 'not':
      return !matches(filter.filter, metadata)
    case 'exists':
      return metadata[filter.field] !== undefined
    case 'in':
      return filter.values.some((each) => matches({ op: 'eq', field: filter.field, value: each }, metadata))
    case 'ne':
      return !matches({ ...filter, op: 'eq' }, metadata)
    default: {
      const stored = metadata[filter.field]
      if (stored === undefined) return false
      const [a, b] = [stored, filter.value].map((each) => (filter.field === 'd' ? Date.parse(each as string) : each)) as [
        FilterValue,
        FilterValue,
      ]
      const order = typeof a === 'string' ? Buffer.compare(Buffer.from(a), Buffer.from(String(b))) : Number(a) - Number(b)
      return { eq: order === 0, gt: order > 0, gte: order >= 0, lt: order < 0, lte: order <= 0 }[filter.op]
    }
  }
}

test('a filter matches in LanceDB exactly the rows that it means, whatever stands in its values', async (context) => {
  const metadata = fc.record(
    {
      k: value['k'] as fc.Arbitrary<string>,
      n: value['n'] as fc.Arbitrary<number>,
      d: value['d'] as fc.Arbitrary<string>,
      b: fc.boolean(),
    },
    { requiredKeys: [] },
  )
  const rows = fc.sample(metadata, { numRuns: 60, seed: 7 })
  const registry = await openRegistry(context, await temporaryDirectory(context))
  await registry.create(tenant, declaration({ fields }), embedder, unlimited())
  const writer = await registry.writer(tenant, docs, unlimited())
  const batch = rows.map((row, index) => makeDocument(`doc${String(index).padStart(2, '0')}`, ['word'], { metadata: row }))
  await writer.replaceDocuments(batch, embedder.fingerprint, unlimited())
  const unindexed = await registry.pin(tenant, docs, unlimited())
  await writer.optimize(unlimited())
  const indexed = await registry.pin(tenant, docs, unlimited())
  const ask = async (reader: IndexReader, filter: Filter) =>
    (await reader.lexical('word', 100, filter, null, unlimited())).map((hit) => Number(hit.doc.slice(3)))

  const used = Object.fromEntries(
    ['k', 'n', 'd', 'b'].map((field) => {
      const stored = rows.map((row) => row[field as keyof typeof row]).filter((each) => each !== undefined)
      return [field, fc.oneof(fc.constantFrom(...stored), value[field] as fc.Arbitrary<FilterValue>)]
    }),
  )
  const leaf = fc.constantFrom('k', 'n', 'd', 'b').chain((field): fc.Arbitrary<Filter> => {
    const one = used[field] as fc.Arbitrary<FilterValue>
    const ops = field === 'b' ? (['eq', 'ne'] as const) : (['eq', 'ne', 'gt', 'gte', 'lt', 'lte'] as const)
    return fc.oneof(
      fc.record({ op: fc.constantFrom(...ops), field: fc.constant(field), value: one }) as fc.Arbitrary<Filter>,
      fc.record({ op: fc.constant('in' as const), field: fc.constant(field), values: fc.array(one, { minLength: 1, maxLength: 3 }) }),
      fc.constant<Filter>({ op: 'exists', field }),
    )
  })
  const { tree } = fc.letrec<{ tree: Filter }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      leaf,
      fc.record({ op: fc.constantFrom('and' as const, 'or' as const), all: fc.array(tie('tree'), { minLength: 1, maxLength: 3 }) }),
      fc.record({ op: fc.constant('not' as const), filter: tie('tree') }),
    ),
  }))
  await fc.assert(
    fc.asyncProperty(tree, async (filter) => {
      const expected = rows.flatMap((row, index) => (matches(filter, row) ? [index] : []))
      assert.deepEqual(await ask(unindexed, filter), expected)
      assert.deepEqual(await ask(indexed, filter), expected)
    }),
    { numRuns: 300 },
  )
  unindexed.release()
  indexed.release()
})

test('a document id is data too', async (context) => {
  const registry = await openRegistry(context, await temporaryDirectory(context))
  await registry.create(tenant, declaration(), embedder, unlimited())
  const writer = await registry.writer(tenant, docs, unlimited())
  const ids = fc.sample(hostile, { numRuns: 80, seed: 3 }).filter((id) => id.length > 0 && id.isWellFormed())
  const unique = [...new Set(ids)]
  await writer.replaceDocuments(
    unique.map((id) => makeDocument(id, ['word'])),
    embedder.fingerprint,
    unlimited(),
  )
  const reader = await registry.pin(tenant, docs, unlimited())
  for (const id of unique) {
    const { document } = makeDocument(id, ['word'])
    assert.equal((await reader.document(document.id, unlimited()))?.id, id)
    assert.deepEqual(
      (await reader.lexical('word', 100, null, [document.id], unlimited())).map((hit) => hit.doc),
      [id],
    )
  }
  reader.release()
  for (const id of unique.slice(0, 10))
    assert.equal((await writer.deleteDocuments([makeDocument(id, []).document.id], unlimited())).deleted, 1)
  assert.equal((await registry.status(tenant, docs, unlimited())).counts.documents, unique.length - 10)
})
