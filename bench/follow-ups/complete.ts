import { basename, dirname } from 'node:path'
import { readJsonLines } from '../json-lines.ts'
import { resolveAll } from './measure.ts'
import type { CompleteFigures } from './result.ts'

/**
 * Questions that were asked on their own, each as if it came after another of the same file: how many something is carried into. Rows have
 * `question` or `text`, as golden questions and BEIR's queries do.
 */
export async function measureComplete(file: string): Promise<CompleteFigures> {
  const questions: string[] = []
  for await (const question of readJsonLines(file, questionOf)) questions.push(question)
  const followUps = questions.filter((question, at) => {
    const [, resolved] = resolveAll([{ question: questions.at(at - 1) ?? question }, { question }])
    return resolved?.followUp !== null
  })
  return { name: nameOf(file), questions: questions.length, carried_into: followUps.length }
}

function questionOf({ question, text }: Record<string, unknown>): string {
  const found = question ?? text
  if (typeof found !== 'string') throw new TypeError('neither "question" nor "text" is a string')
  return found
}

/** A data set is known by its folder. */
const nameOf = (file: string): string => (basename(file) === 'queries.jsonl' ? basename(dirname(file)) : basename(file, '.jsonl'))
