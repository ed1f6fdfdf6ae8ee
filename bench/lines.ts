import { createReadStream } from 'node:fs'
import { AppError } from '../src/core/errors.ts'

/** Longest line of a data set: a whole book as one JSON line is less. */
export const LINE_CHARACTERS = 16_777_216

export interface Line {
  /** From 1. */
  readonly number: number
  readonly text: string
}

/** Lines of a UTF-8 file, blank ones left out, at most one chunk and one line in memory. Rejects `invalid_dataset` for a missing file or an endless line. */
export async function* readLines(file: string, longest = LINE_CHARACTERS): AsyncGenerator<Line> {
  let rest = ''
  let number = 0
  for await (const piece of readPieces(file)) {
    const lines = (rest + piece).split('\n')
    rest = lines.pop() ?? ''
    for (const text of lines) {
      number += 1
      if (text.length > longest) throw tooLong(file, number, longest)
      if (text.trim() !== '') yield { number, text: text.replace(/\r$/, '') }
    }
    if (rest.length > longest) throw tooLong(file, number + 1, longest)
  }
  if (rest.trim() !== '') yield { number: number + 1, text: rest }
}

async function* readPieces(file: string): AsyncGenerator<string> {
  try {
    for await (const piece of createReadStream(file, 'utf8')) yield String(piece)
  } catch (cause) {
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unreadable'
    throw new AppError('invalid_dataset', `${file} cannot be read (${reason})`, { file, reason }, { cause })
  }
}

const tooLong = (file: string, line: number, limit: number) =>
  new AppError('invalid_dataset', `${file}:${line} is longer than ${limit} characters`, { file, line, limit })
