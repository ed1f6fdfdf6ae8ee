import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { reliabilityPicture } from '../abstain/reliability-picture.ts'
import type { AbstainResult } from '../abstain/result.ts'
import { curvesPicture } from '../budget/curves.ts'
import { datasetsOf, type BudgetResults } from '../budget/result.ts'
import { readJsonFile } from '../json-file.ts'

/** The pictures of the results that have one, by file name: `<result>.svg`. */
export async function picturesOf(results: string): Promise<ReadonlyMap<string, string>> {
  const pictures = new Map<string, string>()
  for (const file of (await readdir(results)).filter((name) => name.endsWith('.json')).sort()) {
    const result = (await readJsonFile(join(results, file))) as BudgetResults | AbstainResult | { readonly bench?: 'another' }
    const name = file.replace(/json$/, 'svg')
    if (result.bench === 'budget') pictures.set(name, curvesPicture(datasetsOf(result)))
    if (result.bench === 'abstain') pictures.set(name, reliabilityPicture(result))
  }
  return pictures
}
