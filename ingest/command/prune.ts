import { AppError } from '../../src/core/errors.ts'
import type { Api } from '../../src/core/ports/command.ts'
import type { IdScope } from '../source/changed-sources.ts'
import { isGone } from '../source/gone.ts'
import { isFromFile } from '../source/media-types.ts'
import { nameBelow } from '../source/roots.ts'
import type { Observed } from './observed.ts'

export interface Pruning {
  readonly index: string
  readonly scopes: readonly IdScope[]
  /** What the load before has met. */
  readonly observed: Observed
}

/** How many documents of the index come from files of the scopes, and of how many the file is gone. */
export interface Gone {
  readonly stored: number
  readonly gone: number
}

const PAGE = 1000
const REMOVED_AT_ONCE = 500

export async function countGone(api: Api, pruning: Pruning): Promise<Gone> {
  let [stored, gone] = [0, 0]
  for await (const each of documentsOf(api, pruning)) {
    stored++
    if (each.gone) gone++
  }
  return { stored, gone }
}

/** Removes what is gone. `removed` gets each id when it is out of the index. */
export async function removeGone(api: Api, pruning: Pruning, removed: (id: string) => void): Promise<void> {
  let waiting: string[] = []
  const flush = async (): Promise<void> => {
    if (waiting.length === 0) return
    await api.request('POST', '/v1/documents/delete', { index: pruning.index, ids: waiting })
    for (const id of waiting) removed(id)
    waiting = []
  }
  for await (const { id, gone } of documentsOf(api, pruning)) {
    if (gone && waiting.push(id) === REMOVED_AT_ONCE) await flush()
  }
  await flush()
}

interface Listed {
  readonly id: string
  readonly uri: string | null
}

/** Documents of the index that came from files of the scopes, a page at a time. */
async function* documentsOf(
  api: Api,
  { index, scopes, observed }: Pruning,
): AsyncGenerator<{ readonly id: string; readonly gone: boolean }> {
  for (const scope of scopes) {
    for await (const { id, uri } of listed(api, index, scope)) {
      const name = nameBelow(scope.root, id)
      // What somebody else put under such an id is not ours.
      if (name === null || !isFromFile(id, uri)) continue
      yield { id, gone: !observed.has(id) && (await isGone(scope.root, name)) }
    }
  }
}

async function* listed(api: Api, index: string, { prefix, id }: IdScope): AsyncGenerator<Listed> {
  const alone = id === null ? null : await documentOf(api, index, id)
  if (alone !== null) yield alone
  // Ids are sorted, so those with the prefix stand together behind it.
  for (let after: string | null = prefix; after !== null;) {
    const from = after === '' ? '' : `&after=${encodeURIComponent(after)}`
    const page = (await api.request('GET', `/v1/documents?index=${encodeURIComponent(index)}&limit=${PAGE}${from}`)) as {
      readonly documents: readonly Listed[]
      readonly next: string | null
    }
    for (const each of page.documents) {
      if (!each.id.startsWith(prefix)) return
      yield each
    }
    after = page.next
  }
}

async function documentOf(api: Api, index: string, id: string): Promise<Listed | null> {
  try {
    return (await api.request('GET', `/v1/documents/${encodeURIComponent(id)}?index=${encodeURIComponent(index)}`)) as Listed
  } catch (error) {
    if (error instanceof AppError && error.code === 'document_not_found') return null
    throw error
  }
}
