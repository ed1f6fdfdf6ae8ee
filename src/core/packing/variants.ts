import type { VariantKind } from '../answer.ts'
import { invariant } from '../errors.ts'
import { hullOf } from './hull.ts'
import type { Part, Unit, Variant } from './passage.ts'
import type { PassageText } from './passage-text.ts'
import type { PackRules } from './rules.ts'
import type { Frame } from './run-tokens.ts'
import { RunWorth, type Run } from './run-worth.ts'
import { standaloneRuns, type StandaloneSettings } from './standalone.ts'

export interface VariantSettings extends StandaloneSettings {
  /** Most variants of one passage; its smallest, the chunk and the largest are always among them. */
  readonly maxVariants: number
}

export interface VariantInput {
  readonly text: PassageText
  /** The units of `text`, valued. */
  readonly units: readonly Unit[]
  readonly facets: PackRules['facets']
  /** Whether a part of the chunk may be shown alone. */
  readonly excerpts: boolean
  /** What is rendered around a run; `excerpt` where it begins inside its chunk. */
  frame(excerpt: boolean): Frame
}

/**
 * The chain of ways to show a passage, smallest first: the unit that brings most for its tokens with enough around it to be read alone, grown by the better
 * neighbour to the chunk, then by whole neighbour chunks (those of its section first). Each run holds the one before and costs more. Of all these at most
 * `maxVariants`: those on the upper hull of additive value over tokens.
 */
export function variantsOf(input: VariantInput, settings: VariantSettings): readonly Variant[] {
  const { text, units, facets } = input
  const own = text.parts.find(({ chunk }) => chunk === text.chunk.id)
  invariant(own !== undefined && own.to > own.from, `a passage without its chunk: ${text.chunk.id}`)
  const section = sectionOf(text.parts, own)
  const { before, after } = input.frame(false)
  const worth = new RunWorth(units, facets, text.counter.count(before + after))
  const runs = [...(input.excerpts ? insideChunk(text, own, worth, settings) : []), own, ...beyondChunk(text, own, section, worth)]
  const points = runs.map(({ from, to }) => ({ from, to, kind: kindOf({ from, to }, own, section), ...worth.of({ from, to }) }))
  const [smallest, largest] = [points[0], points.at(-1)]
  const kept = hullOf(points, settings.maxVariants, (point) => point === smallest || point === largest || point.kind === 'chunk')
  const starts = new Set(text.parts.map(({ from }) => from))
  const variants = kept.map(({ kind, from, to }) => ({
    kind,
    from,
    to,
    tokens: text.runs.tokens(from, to, input.frame(!starts.has(from))),
  }))
  // An excerpt that costs no less than a larger run is none.
  return variants.filter(({ tokens }, at) => variants.slice(at + 1).every((larger) => larger.tokens > tokens))
}

function insideChunk({ units }: PassageText, own: Part, worth: RunWorth, settings: StandaloneSettings): readonly Run[] {
  const alone = standaloneRuns(units.slice(own.from, own.to), settings).map(({ from, to }) => ({
    from: own.from + from,
    to: own.from + to,
  }))
  const runs: Run[] = []
  let run = worth.best(alone)
  while (run !== null && run.to - run.from < own.to - own.from) {
    runs.push(run)
    const left = run.from > own.from ? alone[run.from - 1 - own.from] : undefined
    const right = run.to < own.to ? alone[run.to - own.from] : undefined
    run = worth.better(run, left, right)
  }
  return runs
}

function beyondChunk({ parts }: PassageText, own: Part, section: Run, worth: RunWorth): readonly Run[] {
  const runs: Run[] = []
  for (let run: Run | null = own; run !== null;) {
    const { from, to }: Run = run
    const [left, right] = [parts.find((part) => part.to === from), parts.find((part) => part.from === to)]
    const [isLeftIn, isRightIn]: readonly boolean[] = [from > section.from, to < section.to]
    const isEven = isLeftIn === isRightIn
    run = worth.better(run, isEven || isLeftIn ? left : undefined, isEven || isRightIn ? right : undefined)
    if (run !== null) runs.push(run)
  }
  return runs
}

/** The chunks around this one that stand under the same headings. */
function sectionOf(parts: PassageText['parts'], own: Part): Run {
  const at = parts.findIndex(({ chunk }) => chunk === own.chunk)
  const path = JSON.stringify(parts[at]?.headingPath)
  const isOther = (part: PassageText['parts'][number]): boolean => JSON.stringify(part.headingPath) !== path
  const first = parts.slice(0, at).findLastIndex(isOther) + 1
  const end = parts.findIndex((part, position) => position > at && isOther(part))
  return { from: parts[first]?.from ?? own.from, to: parts.at(end < 0 ? -1 : end - 1)?.to ?? own.to }
}

function kindOf({ from, to }: Run, own: Run, section: Run): VariantKind {
  if (from === own.from && to === own.to) return 'chunk'
  if (from >= own.from && to <= own.to) return 'sentences'
  return from === section.from && to === section.to ? 'section' : 'joined'
}
