import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Metadata } from '../../src/core/types.ts'
import { noticesOf } from '../../src/pipeline/notices.ts'
import { ManualClock, contextWith } from './fixture.ts'
import { offersOf, selectionOf } from './offered.ts'
import { candidateFor, documentOf, settingsWith } from './small-index.ts'

const DAY = 86_400_000

function noticed({ confidence = 1, metadata = {} as Metadata, other = {} as Metadata, degraded = false, packing = {} }) {
  const [[shown], [left]] = [documentOf('shown', [['Alpha.']], metadata), documentOf('left', [['Beta.']], other)]
  assert.ok(shown && left)
  const offers = offersOf([candidateFor(shown), candidateFor(left)])
  const clock = new ManualClock()
  clock.advance(100 * DAY)
  const context = contextWith(clock)
  if (degraded) context.trace.runSync('load', () => [null, { in: 1, out: 0, status: 'degraded' }])
  const selection = selectionOf(offers, [['shown#0', 'chunk']])
  return noticesOf({ selection, offers: offers.offers, confidence }, settingsWith({ packing }), context).join()
}

test('a degraded search and an unsure packing are said', () => {
  assert.equal(noticed({}), '')
  assert.equal(noticed({ degraded: true }), 'degraded')
  assert.equal(noticed({ confidence: 0.29 }), 'unsure')
  assert.equal(noticed({ confidence: 0.3 }), '')
  assert.equal(noticed({ confidence: 0, degraded: true }), 'degraded,unsure')
})

test('what is shown and older than the setting is stale, where the setting and a date are there', () => {
  const packing = { staleDays: 10, staleField: 'changed' }
  const old = new Date(89 * DAY).toISOString()
  const young = new Date(91 * DAY).toISOString()
  assert.equal(noticed({ packing, metadata: { changed: old } }), 'stale')
  assert.equal(noticed({ packing, metadata: { changed: 89 * DAY } }), 'stale')
  assert.equal(noticed({ packing, metadata: { changed: old.slice(0, 10) } }), 'stale')
  assert.equal(noticed({ packing, metadata: { changed: young } }), '')
  assert.equal(noticed({ packing, other: { changed: old } }), '')
  assert.equal(noticed({ packing, metadata: { updated: old } }), '')
  for (const changed of ['some day', '', null, true, []]) assert.equal(noticed({ packing, metadata: { changed } }), '')
  assert.equal(noticed({ metadata: { changed: old }, packing: { staleField: 'changed' } }), '')
})
