import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { camelCase, camelCased, type CamelCased } from '../../src/config/camel-case.ts'
import { schema as configuration } from '../../src/config/schema.ts'
import { step, unwrap } from '../../src/config/structure.ts'

const schema = z
  .strictObject({
    price_per_1k_tokens: z.number().default(0.1),
    by_model: z.record(z.string(), z.strictObject({ usd_per_1m: z.number() })).default({}),
    custom_list: z.array(z.strictObject({ one_name: z.string() })).default([]),
    either_way: z.union([z.string(), z.strictObject({ in_here: z.number() })]).nullable(),
  })
  .prefault({ either_way: null })

const value = {
  price_per_1k_tokens: 0.2,
  by_model: { my_model: { usd_per_1m: 3 } },
  custom_list: [{ one_name: 'a_b' }],
  either_way: { in_here: 1 },
}

test('names of the schema are converted, names and values of the operator are not', () => {
  const converted = camelCased(schema, value) as CamelCased<z.output<typeof schema>>
  assert.deepEqual(converted, {
    pricePer1kTokens: 0.2,
    byModel: { my_model: { usdPer1m: 3 } },
    customList: [{ oneName: 'a_b' }],
    eitherWay: { inHere: 1 },
  })
  // The type says the same: these lines compile.
  const price: number = converted.pricePer1kTokens
  const model: { readonly usdPer1m: number } | undefined = converted.byModel['my_model']
  assert.deepEqual([price, model], [0.2, { usdPer1m: 3 }])
})

test('letters and digits after an underscore', () => {
  assert.equal(camelCase('flush_ms'), 'flushMs')
  assert.equal(camelCase('price_per_1k_tokens'), 'pricePer1kTokens')
  assert.equal(camelCase('port'), 'port')
})

test('records of the configuration have open keys, as the type of Config supposes', () => {
  const closed: string[] = []
  const visit = (at: z.core.$ZodType, path: string): void => {
    const inner = unwrap(at)
    if (inner instanceof z.ZodRecord && !(unwrap(inner.keyType) instanceof z.ZodString)) closed.push(path)
    if (inner instanceof z.ZodObject)
      for (const [key, member] of Object.entries(inner.shape)) visit(member as z.core.$ZodType, `${path}.${key}`)
    else if (inner instanceof z.ZodRecord || inner instanceof z.ZodArray) visit(step(inner, '') ?? inner, `${path}.*`)
  }
  visit(configuration, '')
  assert.deepEqual(closed, [], 'Use a strictObject for a fixed set of keys.')
})
