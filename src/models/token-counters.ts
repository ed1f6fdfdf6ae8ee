import { AppError, invariant } from '../core/errors.ts'
import type { TokenCounter, TokenCounters } from '../core/ports/token-counter.ts'
import type { Encoding } from '../core/types.ts'
import { countingOf, ENCODINGS, knownNames } from './model-names.ts'
import type { ModelSettings } from './model-settings.ts'
import { TiktokenCounter } from './tiktoken-counter.ts'
import { TokenEstimate } from './token-estimate.ts'

export interface ClosableTokenCounters extends TokenCounters {
  /** Gives the encoders' memory back. */
  close(): void
}

/** One counter per encoding, loaded by its first count and shared by every model of that encoding. Names are case-insensitive. */
export function createTokenCounters(settings: Pick<ModelSettings, 'runCharacters' | 'memoWords'>): ClosableTokenCounters {
  const counters = new Map(ENCODINGS.map((name) => [name, new TiktokenCounter(name, settings)]))

  function counter(encoding: Encoding): TokenCounter {
    const found = counters.get(encoding)
    invariant(found !== undefined, `no counter for ${encoding}`)
    return found
  }

  return {
    resolve(tokenizerOrModel) {
      const name = tokenizerOrModel.toLowerCase()
      const counting = countingOf(name)
      if (counting === null) {
        const names = knownNames()
        throw new AppError('unknown_tokenizer', `No tokenizer or model of that name is known; there are ${names.join(', ')}`, { names })
      }
      return 'encoding' in counting ? counter(counting.encoding) : new TokenEstimate(name, counting.factor, counter('o200k_base'))
    },

    close() {
      for (const each of counters.values()) each.free()
    },
  }
}
