import type { Run } from './run-worth.ts'

/** What a sentence begins with that speaks of the one before. */
const CONTINUATION =
  /^[\s"'“‘(*_]*(?:it|its|this|that|these|those|they|their|them|he|she|his|her|such|however|but|also|and|or|so|then|thus|therefore|hence|otherwise|instead|moreover|furthermore|consequently|nevertheless|still|yet|finally|similarly|likewise|both|neither|either|for (?:example|instance)|in (?:addition|contrast|particular|this case)|as a result|as such|on the other hand|es|dies[er]?|diese[snm]?|er|sie|aber|jedoch|auch|außerdem|daher|deshalb|somit|dabei|dadurch|zum beispiel)(?![\p{L}\p{N}_'’-])/iu
const LOWER_CASE = /^["'“‘(*_]*\p{Ll}/u
const LIST_ITEM = /^(?:[-*+•]|\d{1,3}[.)]|\p{L}[.)])\s|^\|/u
const ANNOUNCES = /:[*_]{0,2}$/u
const ENDS_SENTENCE = /[.!?…:。！？][\p{Pe}\p{Pf}"'*_`]*$/u

export interface StandaloneSettings {
  /** Units of fewer tokens are not shown alone. */
  readonly shortTokens: number
  /** Most units that are shown in front of one so that it can be read. */
  readonly contextUnits: number
}

interface ReadableUnit {
  readonly text: string
  readonly tokens: number
}

/**
 * The smallest run around each unit that can be read alone: a unit that begins like a continuation (a pronoun, a connective, lower case, a list item or table
 * row below its announcement) takes the one before, a line that announces (`as follows:`) the one behind, a very short unit a neighbour.
 * Rows of tables and lines of code stand for themselves: there only the short ones take a neighbour.
 */
export function standaloneRuns(units: readonly ReadableUnit[], settings: StandaloneSettings): readonly Run[] {
  const lined = isLined(units)
  return units.map((unit, at) => {
    let [from, to] = [at, at + 1]
    while (!lined && from > 0 && at - from < settings.contextUnits && leansBack(units[from])) from -= 1
    if (!lined && to < units.length && ANNOUNCES.test(unit.text.trimEnd())) to += 1
    if (to - from === 1 && unit.tokens < settings.shortTokens) {
      if (to < units.length) to += 1
      else if (from > 0) from -= 1
    }
    return { from, to }
  })
}

function leansBack(unit: ReadableUnit | undefined): boolean {
  const text = unit?.text.trimStart() ?? ''
  return CONTINUATION.test(text) || LOWER_CASE.test(text) || LIST_ITEM.test(text)
}

/** Whether most units are lines that do not end like sentences: tables, code, bare lists. */
function isLined(units: readonly ReadableUnit[]): boolean {
  const lines = units.filter(({ text }) => !ENDS_SENTENCE.test(text.trimEnd()) || /^\s*\|/u.test(text))
  return lines.length > units.length / 2
}
