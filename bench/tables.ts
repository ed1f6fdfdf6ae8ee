import { join } from 'node:path'
import { AppError } from '../src/core/errors.ts'
import { readJsonFile } from './json-file.ts'
import { renderResult } from './tables/render.ts'

const MARKED = /(<!-- bench:([a-z0-9_-]+) -->)([\s\S]*?)(<!-- \/bench:\2 -->)/g
const OPENING = /<!-- bench:([a-z0-9_-]+) -->/g

/**
 * A page with everything between `<!-- bench:NAME -->` and `<!-- /bench:NAME -->` written anew from `<results>/NAME.json`;
 * what stands outside is not touched. Rejects `invalid_dataset` for a marker that is not closed and a result that is not there.
 */
export async function fillTables(page: string, results: string): Promise<string> {
  const sections = [...page.matchAll(MARKED)]
  const opened = [...page.matchAll(OPENING)].map(([, name]) => name)
  const unclosed = opened.filter((name) => !sections.some((section) => section[2] === name))
  if (unclosed.length > 0) throw new AppError('invalid_dataset', `not closed: ${unclosed.join(', ')}`, { markers: unclosed })
  const tables = new Map<string, string>()
  for (const [, , name = ''] of sections) tables.set(name, renderResult(await readJsonFile(join(results, `${name}.json`)), name))
  return page.replaceAll(
    MARKED,
    (_, open: string, name: string, _old: string, close: string) => `${open}\n\n${tables.get(name) ?? ''}\n\n${close}`,
  )
}
