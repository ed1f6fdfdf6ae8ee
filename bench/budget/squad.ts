/**
 * A text as SQuAD's evaluation script compares it (Rajpurkar et al. 2016): lower case, ASCII punctuation taken out, articles taken out,
 * white space made single.
 */
export const squadNormal = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll(/[!-/:-@[-`{-~]/g, '')
    .replaceAll(/\b(?:a|an|the)\b/g, ' ')
    .split(/\s+/)
    .filter((word) => word !== '')
    .join(' ')

/** What can be looked for in a context: yes and no would be found anywhere, and some answers are nothing but an article. */
export const findableAnswers = (answers: readonly string[]): readonly string[] => {
  const normal = answers.map(squadNormal)
  return normal.some((answer) => answer === 'yes' || answer === 'no') && answers.length === 1
    ? []
    : normal.filter((answer) => answer !== '')
}

/** Whether one of the normalised answers stands in the context, on word bounds; the strings of one question are spellings of one answer. */
export function holdsAnswer(context: string, answers: readonly string[]): boolean {
  const text = ` ${squadNormal(context)} `
  return answers.some((answer) => text.includes(` ${answer} `))
}
