import { AppError, InvariantError, type ErrorCode } from '../src/core/errors.ts'
import type { DocumentId } from '../src/core/ids.ts'
import { BlockCounts } from '../src/core/near/block-counts.ts'
import type { IndexRegistry } from '../src/core/ports/index-registry.ts'
import type { Repairer } from '../src/core/ports/index-repair.ts'
import type { HeldVersion, IndexVersions } from '../src/core/ports/index-versions.ts'
import type { Limits } from '../src/core/ports/limits.ts'
import type { ModelProfiles } from '../src/core/ports/model-profiles.ts'
import type { TokenCounters } from '../src/core/ports/token-counter.ts'
import { createBoilerplate } from './chunk/boilerplate.ts'
import { createTokenMeasure } from './chunk/token-measure.ts'
import { createVectorSource } from './embed.ts'
import { indexedDocuments, type Indexing } from './indexed-documents.ts'
import type { ParsedSource } from './parse/parse.ts'
import type { IngestSettings } from './settings.ts'
import { parsedSource } from './stored-source.ts'

export interface RepairPorts {
  readonly indexes: IndexRegistry & IndexVersions
  readonly profiles: ModelProfiles
  readonly counters: TokenCounters
}

interface Work {
  readonly version: HeldVersion
  readonly indexing: Indexing
  readonly fingerprint: string
  readonly rebuilt: DocumentId[]
  readonly dropped: { readonly id: DocumentId; readonly code: ErrorCode }[]
}

/** See the port. Wrong documents one by one, since one of them may be the reason why several cannot be read together; then what no document explains. */
export function createRepairer(ingest: IngestSettings, { indexes, profiles, counters }: RepairPorts): Repairer {
  return {
    async repair(tenant, index, limits) {
      const version = await indexes.hold(tenant, index, 'current', limits)
      try {
        const wrong = await version.damagedDocuments(limits)
        const { passages } = await profiles.open(version.declaration.profile)
        const measure = createTokenMeasure(passages, ingest.modelTexts)
        const boilerplate = ingest.boilerplate && createBoilerplate(new BlockCounts(ingest.boilerplate), index, [version.writer])
        const chunker = { declaration: version.declaration, settings: ingest, measure, counters, boilerplate }
        const cache = await indexes.vectors(tenant, index, limits)
        const indexing = { chunker, vectors: createVectorSource(passages, cache, ingest) }
        const work: Work = { version, indexing, fingerprint: passages.fingerprint, rebuilt: [], dropped: [] }
        const alone = <T>(step: () => Promise<T>): Promise<T> => indexes.alone(tenant, index, version.version, step, limits)
        // Each by itself: what is written meanwhile is newer than what a document is made again from.
        for (const id of wrong) await alone(() => makeAgain(id, work, limits))
        const { orphans, indexes: built } = await alone(() => version.mend(limits))
        const checks = await indexes.verify(tenant, index, limits)
        return { rebuilt: work.rebuilt, dropped: work.dropped, orphans, indexes: built, checks }
      } finally {
        version.release()
      }
    },
  }
}

async function makeAgain(id: DocumentId, work: Work, limits: Limits): Promise<void> {
  try {
    const [document] = await indexedOf(id, work, limits)
    // Taken out first: where a document stands twice, all of it goes and one comes back.
    await work.version.writer.replaceDocuments(document === undefined ? [] : [document], work.fingerprint, limits)
    if (document !== undefined) work.rebuilt.push(id)
  } catch (error) {
    if (!(error instanceof AppError) || !DOCUMENT_CODES.includes(error.code)) throw error
    await work.version.writer.deleteDocuments([id], limits)
    work.dropped.push({ id, code: error.code })
  }
}

async function indexedOf(id: DocumentId, { version, indexing }: Work, limits: Limits) {
  const { documents, failed } = await indexedDocuments(await storedSources(id, version, limits), indexing, limits)
  if (failed[0] !== undefined) throw failed[0].error
  return documents
}

/** The document as it stands, or none. Rejects `index_damaged` where its cells are no JSON, or not what they should be. */
async function storedSources(id: DocumentId, version: HeldVersion, limits: Limits): Promise<readonly ParsedSource[]> {
  const reader = version.pin()
  try {
    return (await reader.sources([id], limits)).map(parsedSource)
  } catch (error) {
    if (![SyntaxError, TypeError, InvariantError].some((kind) => error instanceof kind)) throw error
    throw new AppError('index_damaged', 'The stored document cannot be read', { document: id }, { cause: error })
  } finally {
    reader.release()
  }
}

/** What a document alone can be to blame for: that it cannot be read, chunked or stored. Anything else takes no document out. */
const DOCUMENT_CODES: readonly ErrorCode[] = ['invalid_document', 'document_too_large', 'document_unreadable', 'index_damaged']
