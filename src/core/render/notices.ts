/** Why an answer carries a remark, the gravest first. */
export type NoticeReason = 'degraded' | 'unsure' | 'stale'

/** Names the wording of the notices in receipts; changes whenever one of them does. */
export const NOTICES = 'notices@1.0.0'

const TEXTS: Readonly<Record<NoticeReason, string>> = {
  degraded: 'Part of the search failed; this context may be incomplete.',
  unsure: 'This context may not answer the question.',
  stale: 'Some of this context has not been updated for a long time.',
}

/** What the context says about itself, in one line; null where there is nothing to say. */
export function noticeText(reasons: readonly NoticeReason[]): string | null {
  if (reasons.length === 0) return null
  const inOrder = (Object.keys(TEXTS) as NoticeReason[]).filter((reason) => reasons.includes(reason))
  return inOrder.map((reason) => TEXTS[reason]).join(' ')
}
