/** Where a sentence ends: its mark, closing quotes, and white space behind it. `v2.1` and `foo.bar` go on. */
const BOUNDARY = /(?<=[.!?…]["'”’)]?)\s+(?=\S)|(?<=[。！？])/u

/** Sentences of prose in reading order. */
export const sentencesOf = (prose: string): string[] =>
  prose
    .split(BOUNDARY)
    .map((part) => part.trim())
    .filter((part) => part !== '')

/**
 * The sentences with what is asked first: those that end in a question mark, and without any the first and the last one
 * (people open or close with what they want); then the others in reading order. Repeated sentences stand once.
 */
export function questionFirst(sentences: readonly string[]): { readonly asked: string[]; readonly rest: string[] } {
  const distinct = [...new Set(sentences)]
  const questions = distinct.filter((sentence) => /[?？]["'”’)]?$/u.test(sentence))
  const asked = new Set(questions.length > 0 ? questions : [...distinct.slice(0, 1), ...distinct.slice(-1)])
  return { asked: [...asked], rest: distinct.filter((sentence) => !asked.has(sentence)) }
}
