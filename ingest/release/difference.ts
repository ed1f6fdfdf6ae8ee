import type { DocumentId } from '../../src/core/ids.ts'
import type { DocumentEntry, IndexReader } from '../../src/core/ports/index-reader.ts'
import type { Limits } from '../../src/core/ports/limits.ts'

/** What one version holds that another does not. */
export interface Difference {
  readonly onlyA: readonly DocumentEntry[]
  readonly onlyB: readonly DocumentEntry[]
  /** As they stand in `a`. */
  readonly changed: readonly DocumentEntry[]
}

const NONE: Difference = { onlyA: [], onlyB: [], changed: [] }

/** By content hash. Costs some hundred bytes a document and version, and nothing where the versions hold the same. */
export async function differenceOf(a: IndexReader, b: IndexReader, limits: Limits): Promise<Difference> {
  if (a.content === b.content) return NONE
  const rest = new Map<DocumentId, DocumentEntry>((await b.entries(limits)).map((entry) => [entry.id, entry]))
  const onlyA: DocumentEntry[] = []
  const changed: DocumentEntry[] = []
  for (const entry of await a.entries(limits)) {
    const other = rest.get(entry.id)
    rest.delete(entry.id)
    if (other === undefined) onlyA.push(entry)
    else if (other.contentHash !== entry.contentHash) changed.push(entry)
  }
  return { onlyA, onlyB: [...rest.values()], changed }
}

/** Ids in lists whose documents may be in memory together. */
export function* listsOf(
  entries: readonly DocumentEntry[],
  { batchDocuments, batchCharacters }: { readonly batchDocuments: number; readonly batchCharacters: number },
): Generator<readonly DocumentId[]> {
  let list: DocumentId[] = []
  let characters = 0
  for (const entry of entries) {
    if (list.length >= batchDocuments || (list.length > 0 && characters + entry.characters > batchCharacters)) {
      yield list
      list = []
      characters = 0
    }
    list.push(entry.id)
    characters += entry.characters
  }
  if (list.length > 0) yield list
}
