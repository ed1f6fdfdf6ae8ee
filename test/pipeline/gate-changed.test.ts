import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { GateResult, GoldenSet } from '../../src/core/golden/gate.ts'
import type { IndexName, IndexVersion, TenantId } from '../../src/core/ids.ts'
import type { Gate } from '../../src/core/ports/gate.ts'
import type { IndexVersions, VersionStatus } from '../../src/core/ports/index-versions.ts'
import { createStartGate, gateChanged } from '../../src/pipeline/gate-changed.ts'

const tenant = 'acme' as TenantId
const figures = { version: 'v1' as IndexVersion, evidence: 1, passageRecall: 1, questions: 1 }
const result = (passed: boolean, config: string, golden = 'g1'): GateResult => ({
  ...{ passed, failures: passed ? [] : ['worse'], figures, live: null, baseline: null, measure: { budgetTokens: 1, k: 1 } },
  ...{ stale: 0, golden, config, ranAt: 'now' },
})

/** Indexes by name, with what their live version was last asked; null has no golden set. */
function around(indexes: Readonly<Record<string, GateResult | null | undefined>>, outcome: () => Promise<GateResult | null>) {
  const asked: string[] = []
  const told: unknown[] = []
  const log: string[] = []
  const versions = {
    everywhere: () => Promise.resolve(Object.keys(indexes).map((name) => ({ tenant, name: name as IndexName }))),
    golden: (_: TenantId, name: string) => Promise.resolve(indexes[name] === null ? null : ({ hash: 'g1' } as GoldenSet)),
    versions: (_: TenantId, name: string) =>
      Promise.resolve([{ version: 'v1', aliases: ['current'], gate: indexes[name] ?? null } as unknown as VersionStatus]),
  } as unknown as IndexVersions
  const gate = {
    run: (_: TenantId, name: string) => {
      asked.push(name)
      return outcome()
    },
  } as unknown as Gate
  const ports = {
    ...{ indexes: versions, gate, config: 'new' },
    log: { info: (_: object, text: string) => void log.push(text), warn: (_: object, text: string) => void log.push(`! ${text}`) },
    told: ({ index, passed }: { readonly index: string; readonly passed: boolean }) => void told.push([index, passed]),
  }
  return { ports, asked, told, log }
}

const limits = { signal: new AbortController().signal, deadline: Infinity }

test('at a start an index is asked where its configuration, or its golden set, is not what it was last asked with', async () => {
  const indexes = {
    without: null,
    never: undefined,
    same: result(true, 'new'),
    failed: result(false, 'new'),
    changed: result(true, 'old'),
    reset: result(true, 'new', 'g0'),
  }
  const { ports, asked, told, log } = around(indexes, () => Promise.resolve(result(true, 'new')))
  await gateChanged(ports, limits)
  assert.deepEqual(asked, ['never', 'changed', 'reset'])
  assert.deepEqual(told, [
    ['same', true],
    ['failed', false],
  ])
  assert.deepEqual(
    log.filter((line) => line.startsWith('!')),
    ['! the live version does not pass the gate of its index'],
  )
})

test('a gate that fails, or cannot be asked, is logged and stops nothing', async () => {
  const outcomes = [
    () => Promise.resolve(result(false, 'new')),
    () => Promise.reject(new Error('no model')),
    () => Promise.resolve(result(true, 'new')),
  ]
  const { ports, asked, log } = around(
    { a: undefined, b: undefined, c: undefined },
    () => (outcomes.shift() ?? outcomes[0])?.() ?? Promise.resolve(null),
  )
  await gateChanged(ports, limits)
  assert.deepEqual(asked, ['a', 'b', 'c'])
  assert.deepEqual(
    log.map((line) => line.startsWith('!')),
    [true, true, false],
  )
})

test('what runs at the start ends with the service, and nothing begins after it', async () => {
  let release: (value: GateResult) => void = () => undefined
  const { ports, asked } = around({ a: undefined, b: undefined }, () => new Promise((resolve) => (release = resolve)))
  const start = createStartGate(ports)
  start.start()
  while (asked.length === 0) await new Promise((resolve) => setImmediate(resolve))
  const stopped = start.stop()
  release(result(true, 'new'))
  await stopped
  const late = createStartGate(ports)
  await late.stop()
  late.start()
  assert.deepEqual(asked, ['a'])
})
