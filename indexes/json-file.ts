import { readFile } from 'node:fs/promises'
import { hasCode } from '../src/core/error-code.ts'

/** The parsed content, null where there is no such file, undefined where it is not JSON. */
export async function readJson(file: string): Promise<unknown> {
  let content
  try {
    content = await readFile(file, 'utf8')
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null
    throw error
  }
  try {
    return JSON.parse(content) as unknown
  } catch {
    return undefined
  }
}
