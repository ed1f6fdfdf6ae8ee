import type { TokenCounter } from '../../../src/core/ports/token-counter.ts'

/** Words, so that counts can be checked by eye. */
export const wordCounter: TokenCounter = { name: 'words', exact: true, count: (text) => text.match(/\S+/g)?.length ?? 0 }
