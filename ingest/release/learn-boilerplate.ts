import { BlockCounts } from '../../src/core/near/block-counts.ts'
import type { DocumentId } from '../../src/core/ids.ts'
import type { IndexReader } from '../../src/core/ports/index-reader.ts'
import type { IndexWriter } from '../../src/core/ports/index-writer.ts'
import type { Limits } from '../../src/core/ports/limits.ts'
import { createBoilerplate, type Boilerplate } from '../chunk/boilerplate.ts'
import type { IngestSettings } from '../settings.ts'
import { parsedSource } from '../stored-source.ts'
import { listsOf } from './difference.ts'

/** Documents that a version learns boilerplate from before its first copy: one that is brought a handful must know what the others have in common. */
const LEARNED = 500

/**
 * What is boilerplate in one of the versions, and what is learned: from documents at even distances, and then from what is counted, none of them twice. Undefined where
 * nothing is recognised as boilerplate.
 */
export async function learnBoilerplate(
  live: IndexReader,
  versions: readonly IndexWriter[],
  settings: IngestSettings,
  limits: Limits,
): Promise<Boilerplate | undefined> {
  if (settings.boilerplate === undefined) return undefined
  const boilerplate = createBoilerplate(new BlockCounts(settings.boilerplate), live.version, versions)
  const entries = [...(await live.entries(limits))].sort((a, b) => (a.id < b.id ? -1 : 1))
  const step = Math.max(1, Math.ceil(entries.length / LEARNED))
  const some = entries.filter((_, at) => at % step === 0)
  for (const list of listsOf(some, settings)) for (const source of await live.sources(list, limits)) boilerplate.count(parsedSource(source))
  const learned = new Set<DocumentId>(some.map(({ id }) => id))
  return {
    count(source) {
      if (!learned.has(source.document.id)) boilerplate.count(source)
    },
    part: (sources, more) => boilerplate.part(sources, more),
  }
}
