import { AppError } from '../errors.ts'
import type { LogisticWeights } from './logistic.ts'

/** Reads the parts of a file of fitted weights; each throws AppError `model_unavailable`, which names the file and what is wrong with it. */
export interface ModelFile {
  text(key: string): string
  /** What stands under `key` for each of `names`. */
  weightsBy<Name extends string, Signal extends string>(
    key: string,
    names: readonly Name[],
    signals: readonly Signal[],
  ): Readonly<Record<Name, LogisticWeights<Signal>>>
  weights<Signal extends string>(key: string, signals: readonly Signal[]): LogisticWeights<Signal>
}

/** `value`: parsed JSON; `kind`: what the file should be, such as `evidence model`. */
export function modelFile(value: unknown, kind: string, file: string): ModelFile {
  const wrong = (what: string): AppError => new AppError('model_unavailable', `${file} is no ${kind}: ${what}`, { file })

  function number(holder: unknown, key: string): number {
    const found = at(holder, key)
    if (typeof found !== 'number' || !Number.isFinite(found)) throw wrong(`"${key}" is not a number`)
    return found
  }

  function weightsAt<Signal extends string>(holder: unknown, key: string, signals: readonly Signal[]): LogisticWeights<Signal> {
    const found = at(holder, key)
    if (found === undefined) throw wrong(`it has no weights for "${key}"`)
    const weights = signals.map((signal) => [signal, number(at(found, 'weights'), signal)] as const)
    return { intercept: number(found, 'intercept'), weights: Object.fromEntries(weights) as Record<Signal, number> }
  }

  return {
    text(key) {
      const found = at(value, key)
      if (typeof found !== 'string' || found === '') throw wrong(`"${key}" is not a text`)
      return found
    },
    weightsBy<Name extends string, Signal extends string>(key: string, names: readonly Name[], signals: readonly Signal[]) {
      const weights = names.map((name) => [name, weightsAt(at(value, key), name, signals)] as const)
      return Object.fromEntries(weights) as Record<Name, LogisticWeights<Signal>>
    },
    weights: (key, signals) => weightsAt(value, key, signals),
  }
}

const at = (holder: unknown, key: string): unknown =>
  typeof holder === 'object' && holder !== null ? (holder as Record<string, unknown>)[key] : undefined
