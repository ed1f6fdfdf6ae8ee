import { findIdentifiers } from '../core/query/identifiers.ts'
import { CUES, FUNCTION_WORDS, REQUEST_VERB, TASK_VERB } from './intent-cues.ts'

/** Words beyond these say no more about the intent; also keeps natural's product of probabilities above underflow. */
const MAX_WORDS = 48
const MAX_IDENTIFIERS = 16
/** Two votes a cue, against one a word: the best of 1 to 3 in cross-validation. */
const CUE_VOTES = ['1', '2']

export interface IntentFeatures {
  /** Distinct words, lower case. */
  readonly words: readonly string[]
  /** Distinct pseudo-words for cues, shape and length, `kind:value`. */
  readonly marks: readonly string[]
}

/** What the classifier sees of a query. Linear in the length of `query`, which the caller bounds. */
export function intentFeatures(query: string): IntentFeatures {
  const text = query.trim()
  const words = text.toLowerCase().match(/[\p{L}\p{N}']+/gu)?.slice(0, MAX_WORDS + MAX_WORDS / 2) ?? []
  return { words: [...new Set(words)].slice(0, MAX_WORDS), marks: [...cueMarks(text), ...shapeMarks(text, words)] }
}

/** Every cue says how often it stands in the text, absence included. */
function* cueMarks(text: string): Iterable<string> {
  let present = 0
  for (const [name, pattern] of Object.entries(CUES)) {
    const count = Math.min(text.match(pattern)?.length ?? 0, 2)
    if (count > 0) present++
    for (const vote of CUE_VOTES) yield `cue${vote}:${name}:${count}`
  }
  yield `cues:${Math.min(present, 4)}`
}

function* shapeMarks(text: string, words: readonly string[]): Iterable<string> {
  const tokens = text.split(/\s+/).length
  yield `length:${[1, 3, 7, 14, 30].find((most) => tokens <= most) ?? 'long'}`

  const identifiers = findIdentifiers(text, MAX_IDENTIFIERS, true)
  yield `identifiers:${identifiers.length === 0 ? 'none' : tokens <= 4 ? 'short' : 'long'}`
  if (identifiers.length > 0) {
    yield `identified:${Math.min(4, Math.floor((4 * identifiers.join(' ').split(' ').length) / tokens))}`
  }

  yield `end:${/[.!?]$/.exec(text)?.[0] ?? ''}`
  if (/^\p{Lu}/u.test(text)) yield 'starts:upper'
  if (TASK_VERB.test(text)) yield 'starts:task'
  if (text.endsWith('.') && tokens > 4 && !REQUEST_VERB.test(text)) yield 'statement'
  if (text.includes('`')) yield 'has:backtick'
  if (text.includes('\n')) yield 'has:lines'
  if (/[{}<>]/.test(text)) yield 'has:brackets'
  if (/\d/.test(text)) yield 'has:digit'
  if (!/[\p{L}\d]/u.test(text)) yield 'has:no_word'

  const grammar = words.filter((word) => FUNCTION_WORDS.has(word)).length
  yield `grammar:${grammar === 0 ? 'none' : grammar / words.length > 0.4 ? 'much' : 'some'}`
}
