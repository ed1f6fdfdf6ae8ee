import { cutText, tidyText } from './cut.ts'
import { findIdentifiers } from './identifiers.ts'
import { linesOf, type Line, type LineKind } from './lines.ts'
import { withoutNoise, wordsOfData } from './noise.ts'
import { questionFirst, sentencesOf } from './question.ts'
import { chooseTerms } from './terms.ts'

export interface QueryBounds {
  readonly lexicalTerms: number
  readonly lexicalCharacters: number
  /** An encoder of 256 tokens reads about 1,000 characters. */
  readonly vectorCharacters: number
}

/** What is searched for a query. */
export interface DerivedQuery {
  /** For the full-text leg. */
  readonly lexical: string
  /** For the encoder. */
  readonly vector: string
  /** For the cross-encoder, which must fit a passage beside it: at most RERANK_SHARE of the vector's bound. */
  readonly rerank: string
  /** Names, codes, paths, versions and quoted words in reading order, whole. */
  readonly identifiers: readonly string[]
}

const RERANK_SHARE = 0.6
const MAX_IDENTIFIERS = 32
/** A short payload is what the question is about and is read with it; a long one is noise to an encoder. */
const TELLING_DATA_CHARACTERS = 200

/**
 * Derives what is searched from what was asked. A question within the bounds and without pasted data is searched as it
 * stands (white space apart). From anything else the question comes first, then error messages, then the other prose, then
 * words of pasted data; stack frames, timestamps and the like are dropped; identifiers are kept whole. Pure, linear
 * in the length of the query, well-formed Unicode.
 */
export function deriveQuery(query: string, bounds: QueryBounds): DerivedQuery {
  const text = tidyText(query)
  const lines = linesOf(query.toWellFormed())
  const isPlain = text.length <= bounds.vectorCharacters && isWithinTerms(text, bounds) && lines.every(({ kind }) => isWritten(kind))
  return isPlain ? derivePlain(text, bounds) : deriveMessy(text, lines, bounds)
}

function derivePlain(text: string, bounds: QueryBounds): DerivedQuery {
  const most = rerankCharacters(bounds)
  const { asked, rest } = questionFirst(sentencesOf(text))
  const rerank = text.length <= most ? text : cutText([...asked, ...rest].join(' '), most)
  return { lexical: text, vector: text, rerank, identifiers: findIdentifiers(text, MAX_IDENTIFIERS, true) }
}

function deriveMessy(text: string, lines: readonly Line[], bounds: QueryBounds): DerivedQuery {
  const prose = tidyText(withoutNoise(textOf(lines, 'prose')))
  const logged = wordsOfData(textOf(lines, 'log_error')).join(' ')
  const errors = tidyText(`${withoutNoise(textOf(lines, 'error'))} ${logged}`)
  const data = wordsOfData(textOf(lines, 'data')).join(' ')
  const { asked, rest } = questionFirst(sentencesOf(prose))
  const question = asked.join(' ')
  const identifiers = identifiersOf([question, errors, rest.join(' ')], data)

  // Where noise is all there is, it is what was asked.
  const telling = data.length <= TELLING_DATA_CHARACTERS ? data : ''
  const readable = [question, errors, ...rest, telling].filter((part) => part !== '').join(' ') || data || text
  const chosen = chooseTerms(
    { identifiers, asked: `${question} ${errors}`, rest: `${rest.join(' ')} ${data}` },
    { terms: bounds.lexicalTerms, characters: bounds.lexicalCharacters },
  )
  return {
    lexical: chosen === '' ? cutText(text, bounds.lexicalCharacters) : chosen,
    vector: cutText(readable, bounds.vectorCharacters),
    rerank: cutText(readable, rerankCharacters(bounds)),
    identifiers,
  }
}

/** Those of what somebody wrote before those of what was pasted, whose quotation marks are syntax. */
function identifiersOf(written: readonly string[], data: string): string[] {
  const found = [
    ...written.flatMap((part) => findIdentifiers(part, MAX_IDENTIFIERS, true)),
    ...findIdentifiers(data, MAX_IDENTIFIERS, false),
  ]
  return [...new Set(found)].slice(0, MAX_IDENTIFIERS)
}

const isWritten = (kind: LineKind): boolean => kind === 'prose' || kind === 'error'

const isWithinTerms = (text: string, { lexicalTerms, lexicalCharacters }: QueryBounds): boolean =>
  text.length <= lexicalCharacters && text.split(' ').length <= lexicalTerms

const rerankCharacters = ({ vectorCharacters }: QueryBounds): number => Math.floor(vectorCharacters * RERANK_SHARE)

const textOf = (lines: readonly Line[], kind: LineKind): string =>
  lines
    .filter((line) => line.kind === kind)
    .map(({ text }) => text)
    .join('\n')
