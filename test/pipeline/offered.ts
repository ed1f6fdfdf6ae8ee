import assert from 'node:assert/strict'
import type { ChunkId } from '../../src/core/ids.ts'
import type { Chosen, Refused, Selection } from '../../src/core/packing/selection.ts'
import { NOTHING_SENT } from '../../src/core/session/sent.ts'
import { TEMPLATES } from '../../src/core/render/templates.ts'
import type { Candidate } from '../../src/pipeline/load.ts'
import { createOfferStage, type OfferInput, type Offers } from '../../src/pipeline/offer.ts'
import { ManualClock, contextWith } from './fixture.ts'
import { CHARACTERS, settingsWith } from './small-index.ts'

export const NO_RULES: OfferInput['rules'] = {
  required: new Set(),
  pinned: new Set(),
  forbidden: new Set(),
  abstain: null,
  applied: [],
}

/** Candidates as offered to the packer, every sentence worth `value`; what else a test needs stands in `given`. */
export function offersOf(candidates: readonly Candidate[], given: Partial<OfferInput> = {}, value = 0.5, packing = {}): Offers {
  const beside = [...(given.neighbours?.values() ?? [])].flatMap(({ before, after }) => [...before, ...after])
  const values = new Map(
    [...candidates.map(({ text }) => text), ...beside].map(({ id, sentences }) => [id, sentences.map(() => value)] as const),
  )
  const input = { candidates, values, neighbours: new Map(), facets: [], sent: NOTHING_SENT, rules: NO_RULES, excerpts: true }
  const counted = { template: TEMPLATES.markdown, counter: CHARACTERS }
  return createOfferStage(settingsWith({ packing })).run({ ...input, ...counted, ...given }, contextWith(new ManualClock()))
}

/** As if these variants had been chosen, in this order, and these chunks refused. */
export function selectionOf(
  { offers }: Offers,
  picked: readonly (readonly [id: string, kind: string])[],
  refused: readonly { readonly id: string; readonly reason: Refused['reason']; readonly by: string | null }[] = [],
): Selection {
  const passageOf = (id: string) => {
    const passage = offers.find((offer) => offer.passage.chunk === (id as ChunkId))?.passage
    assert.ok(passage, id)
    return passage
  }
  const chosen = picked.map(([id, kind], step): Chosen => {
    const passage = passageOf(id)
    const variant = passage.variants.find((each) => each.kind === kind)
    assert.ok(variant, `${id} as ${kind}: ${passage.variants.map((each) => each.kind).join()}`)
    return { passage, variant, step, gain: 1, tokens: variant.tokens }
  })
  const left = refused.map(({ id, reason, by }) => ({ passage: passageOf(id), reason, by: by as ChunkId | null, step: chosen.length }))
  return { chosen, refused: left, steps: [], tokens: chosen.reduce((sum, { tokens }) => sum + tokens, 0), value: chosen.length }
}
