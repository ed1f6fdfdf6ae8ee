import type { NoticeReason } from '../core/render/notices.ts'
import type { Selection } from '../core/packing/selection.ts'
import type { RequestContext } from './context.ts'
import type { Offer } from './offer.ts'
import type { PipelineSettings } from './settings.ts'

const DAY_MS = 86_400_000

/** What a packing has to say about itself: that part of the search failed, that it is unsure, that it shows what has not been updated for long. */
export function noticesOf(
  { selection, offers, confidence }: { readonly selection: Selection; readonly offers: readonly Offer[]; readonly confidence: number },
  { packing }: PipelineSettings,
  context: RequestContext,
): readonly NoticeReason[] {
  const reasons: NoticeReason[] = []
  if (context.trace.degraded) reasons.push('degraded')
  if (confidence < packing.noticeConfidence) reasons.push('unsure')
  const { staleDays, staleField } = packing
  if (staleDays > 0) {
    const oldest = context.clock.wall() - staleDays * DAY_MS
    const shown = new Set(selection.chosen.map(({ passage }) => passage.chunk))
    const updates = offers
      .filter(({ passage }) => shown.has(passage.chunk))
      .map(({ candidate }) => updatedAt(candidate.text.metadata[staleField]))
    if (updates.some((at) => at !== null && at < oldest)) reasons.push('stale')
  }
  return reasons
}

/** Milliseconds since the epoch; null for what is no date. */
function updatedAt(value: unknown): number | null {
  const at = typeof value === 'string' ? Date.parse(value) : typeof value === 'number' ? value : NaN
  return Number.isFinite(at) ? at : null
}
