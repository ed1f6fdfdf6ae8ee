import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../src/core/errors.ts'
import { readJsonFile } from './json-file.ts'
import { MARKED_SECTIONS } from './marked-sections.ts'
import { renderResult } from './tables/render.ts'

const OPENING = /<!-- bench:([a-z0-9_-]+) -->/g

/**
 * A page with everything between `<!-- bench:NAME -->` and `<!-- /bench:NAME -->` written anew from `<results>/NAME.json`;
 * what stands outside is not touched. `pictures` is the way from the page to their folder. Where there is no such file the section says so. Rejects `invalid_dataset` for a marker that is not
 * closed and a file that is no result.
 */
export async function fillTables(page: string, results: string, pictures = ''): Promise<string> {
  const sections = [...page.matchAll(MARKED_SECTIONS)]
  const opened = [...page.matchAll(OPENING)].map(([, name]) => name)
  const unclosed = opened.filter((name) => !sections.some((section) => section[2] === name))
  if (unclosed.length > 0) throw new AppError('invalid_dataset', `not closed: ${unclosed.join(', ')}`, { markers: unclosed })
  const tables = new Map<string, string>()
  for (const [, , name = ''] of sections) {
    const file = join(results, `${name}.json`)
    tables.set(name, (await isFile(file)) ? renderResult(await readJsonFile(file), name, pictures) : notMeasured(name))
  }
  return page.replaceAll(
    MARKED_SECTIONS,
    (_, open: string, name: string, _old: string, close: string) => `${open}\n\n${tables.get(name) ?? ''}\n\n${close}`,
  )
}

/** What stands in the place of tables whose benchmark was not run. */
export const notMeasured = (name: string): string => `Not measured yet: there is no result \`${name}.json\`.`

/** Names of the sections of a page that wait for their result. */
export const waitingSections = (page: string): readonly string[] =>
  [...page.matchAll(MARKED_SECTIONS)].flatMap(([, , name = '', text = '']) => (text.trim() === notMeasured(name) ? [name] : []))

const isFile = (file: string): Promise<boolean> =>
  stat(file).then(
    (found) => found.isFile(),
    () => false,
  )
