import { invariant } from '../../src/core/errors.ts'
import type { Api } from '../../src/core/ports/command.ts'
import type { RawDocument } from '../../src/core/types.ts'
import { sourceHash } from '../source-hash.ts'
import type { SourceItem, Unread } from '../source/source.ts'

export type KnownStatus = 'new' | 'changed' | 'unchanged'

export type AskedItem = { readonly document: RawDocument; readonly status: KnownStatus } | Unread

/** One question names as many documents; they are held until it is answered. */
const ASKED_DOCUMENTS = 500
const ASKED_BYTES = 8 * 1024 * 1024

/** What the index makes of documents with these source hashes, in order. */
export type Ask = (documents: readonly { readonly id: string; readonly source_hash: string }[]) => Promise<readonly KnownStatus[]>

export function askService(api: Api, index: string): Ask {
  return async (documents) => {
    const answer = (await api.request('POST', '/v1/documents/known', { index, documents })) as { readonly statuses: readonly KnownStatus[] }
    return answer.statuses
  }
}

/** Each document with what the index knows of it, in order. While the service is asked about some the next are read. */
export async function* asked(items: AsyncIterable<SourceItem>, ask: Ask): AsyncGenerator<AskedItem> {
  let waiting: Promise<readonly AskedItem[]> | null = null
  for await (const group of groups(items)) {
    const answered = askAbout(group, ask)
    // Awaited when the next group has been read; until then a rejection is nobody's surprise.
    answered.catch(() => undefined)
    if (waiting !== null) yield* await waiting
    waiting = answered
  }
  if (waiting !== null) yield* await waiting
}

async function askAbout(group: readonly SourceItem[], ask: Ask): Promise<readonly AskedItem[]> {
  const documents = group.flatMap((item) => ('document' in item ? [{ id: item.document.id, source_hash: sourceHash(item.document) }] : []))
  const statuses = documents.length === 0 ? [] : await ask(documents)
  invariant(statuses.length === documents.length, 'the service answers for each document')
  let next = 0
  return group.map((item) => ('document' in item ? { document: item.document, status: statuses[next++] ?? 'new' } : item))
}

async function* groups(items: AsyncIterable<SourceItem>): AsyncGenerator<readonly SourceItem[]> {
  let group: SourceItem[] = []
  let bytes = 0
  for await (const item of items) {
    group.push(item)
    bytes += 'document' in item ? item.document.content.length : 0
    if (group.length < ASKED_DOCUMENTS && bytes < ASKED_BYTES) continue
    yield group
    group = []
    bytes = 0
  }
  if (group.length > 0) yield group
}
