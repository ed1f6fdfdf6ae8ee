import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { AppError } from '../src/core/errors.ts'

/**
 * What `read` makes of each line of JSON of a file; it is told where the line stands. Empty lines are left out. Rejects `invalid_request` with the place of
 * a line that cannot be read.
 */
export async function* jsonLines<T>(file: string, read: (value: unknown, place: string) => T): AsyncGenerator<T> {
  let number = 0
  try {
    for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
      number += 1
      if (line.trim() !== '') yield read(JSON.parse(line), `${file}:${number}`)
    }
  } catch (error) {
    if (error instanceof AppError) throw error
    throw new AppError(
      'invalid_request',
      `${number === 0 ? file : `${file}:${number}`} cannot be read: ${(error as Error).message}`,
      {},
      { cause: error },
    )
  }
}
