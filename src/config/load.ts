import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import process from 'node:process'
import { AppError } from '../core/errors.ts'
import type { ConfigValue } from '../core/ports/command.ts'
import { camelCased } from './camel-case.ts'
import { environmentLayer, FILE_VARIABLE, objectLayer, pathLayer, type Layer } from './layers.ts'
import { problemsOf, type Problem } from './problems.ts'
import { schema, type Config } from './schema.ts'
import { masked } from './secrets.ts'
import { leavesOf } from './structure.ts'

export const DEFAULT_FILE = 'ration.config.json'

export interface ConfigOrigin {
  /** Path of the file; null takes `RATION_CONFIG`, or `ration.config.json` in `folder` where there is one. */
  readonly file: string | null
  /** By dotted path, over everything else. */
  readonly overrides: Readonly<Record<string, unknown>>
  /** What stands in for the environment and the current folder, in tests. */
  readonly environment?: Readonly<Record<string, string | undefined>>
  readonly folder?: string
}

export interface LoadedConfig {
  readonly config: Config
  /** Every setting with its value and where that came from; secrets masked. */
  readonly values: readonly ConfigValue[]
}

/**
 * The effective configuration: defaults < file < environment < overrides.
 * Rejects with `invalid_config`, naming every wrong setting with its value (masked where secret) and what is allowed.
 */
export function loadConfig(origin: ConfigOrigin): LoadedConfig {
  const environment = origin.environment ?? process.env
  const folder = origin.folder ?? process.cwd()
  const layers: readonly [ConfigValue['source'], Layer][] = [
    ['file', objectLayer(schema, readFile(origin.file ?? environment[FILE_VARIABLE] ?? null, folder))],
    ['environment', environmentLayer(schema, environment)],
    ['option', pathLayer(schema, origin.overrides)],
  ]
  const problems = layers.flatMap(([, layer]) => layer.problems)
  if (problems.length > 0) throw invalid(problems)
  const input = nested(layers.map(([, layer]) => layer))
  const result = schema.safeParse(input)
  if (!result.success) throw invalid(result.error.issues.flatMap((issue) => problemsOf(schema, input, issue)))
  const sourceOf = (path: string) => layers.findLast(([, layer]) => layer.values.has(path))?.[0] ?? 'default'
  const values = leavesOf(schema).map(({ path, schema: leaf }) => ({
    path,
    value: masked(leaf, valueAt(result.data, path)),
    source: sourceOf(path),
  }))
  return { config: camelCased(schema, result.data) as Config, values }
}

function readFile(named: string | null, folder: string): unknown {
  const path = resolve(folder, named ?? DEFAULT_FILE)
  if (named === null && !existsSync(path)) return {}
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as unknown
  } catch (error) {
    const reason = error instanceof SyntaxError ? 'is not JSON' : 'cannot be read'
    throw new AppError(
      'invalid_config',
      `${path} ${reason}: ${error instanceof Error ? error.message : String(error)}`,
      { path },
      { cause: error },
    )
  }
}

/** Later layers win, leaf by leaf. */
function nested(layers: readonly Layer[]): Record<string, unknown> {
  const root: Record<string, unknown> = {}
  for (const [path, value] of layers.flatMap((layer) => [...layer.values])) {
    const keys = path.split('.')
    const last = keys.pop() ?? path
    let at = root
    for (const key of keys) at = (at[key] ??= {}) as Record<string, unknown>
    at[last] = value
  }
  return root
}

function valueAt(data: unknown, path: string): unknown {
  return path.split('.').reduce((value, key) => (value as Record<string, unknown>)[key], data)
}

function invalid(problems: readonly Problem[]): AppError {
  const settings = problems.slice(0, 20).map(({ path, value, allowed }) => ({ path, value, allowed }))
  return new AppError(
    'invalid_config',
    problems
      .map((problem) => problem.message)
      .join('; ')
      .slice(0, 2000),
    { settings },
  )
}
