import type { DocumentId } from '../../src/core/ids.ts'
import type { IndexReader } from '../../src/core/ports/index-reader.ts'
import type { Limits } from '../../src/core/ports/limits.ts'
import { createBoilerplate, type Boilerplate } from '../chunk/boilerplate.ts'
import type { IngestSettings } from '../settings.ts'
import { parsedSource } from '../stored-source.ts'
import { listsOf } from './difference.ts'

/** Documents that a version learns boilerplate from before its first copy: one that is brought a handful must know what the others have in common. */
const LEARNED = 500

/** From documents at even distances, and then from what is counted, each document once; undefined where nothing is recognised as boilerplate. */
export async function learnBoilerplate(live: IndexReader, settings: IngestSettings, limits: Limits): Promise<Boilerplate | undefined> {
  if (settings.boilerplate === undefined) return undefined
  const learned = createBoilerplate(settings.boilerplate)
  const counted = new Set<DocumentId>()
  const boilerplate: Boilerplate = {
    count(source) {
      if (!counted.has(source.document.id)) learned.count(source)
      counted.add(source.document.id)
    },
    part: (source) => learned.part(source),
  }
  const entries = [...(await live.entries(limits))].sort((a, b) => (a.id < b.id ? -1 : 1))
  const step = Math.max(1, Math.ceil(entries.length / LEARNED))
  const some = entries.filter((_, at) => at % step === 0)
  for (const list of listsOf(some, settings)) for (const source of await live.sources(list, limits)) boilerplate.count(parsedSource(source))
  return boilerplate
}
