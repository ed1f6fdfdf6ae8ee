import { AppError } from '../../src/core/errors.ts'
import { readFieldList } from '../../src/core/field-list.ts'
import type { CommandInput } from '../../src/core/ports/command.ts'
import { splitPatterns } from '../source/glob.ts'
import type { Selection } from '../source/selection.ts'

/** What `ration ingest` was asked for. */
export interface IngestOptions {
  readonly paths: readonly string[]
  readonly index: string
  readonly selection: Selection
  readonly declared: DeclaredOptions
  readonly dryRun: boolean
  readonly prune: boolean
  /** Removes whatever share of the documents is gone. */
  readonly yes: boolean
  readonly watch: boolean
  /** File for the report; null for none. */
  readonly report: string | null
}

/** What a new index is to be. Null: not said, the service decides or the index has it already. */
export interface DeclaredOptions {
  readonly profile: string | null
  readonly language: string | null
  readonly unit: string | null
  readonly fields: Readonly<Record<string, string>> | null
}

/** `index`: what is filled where the command line does not say. Rejects `invalid_request` for options that exclude each other. */
export function readOptions({ arguments: paths, options }: CommandInput, index: string): IngestOptions {
  const text = (name: string): string | null => (typeof options[name] === 'string' ? options[name] : null)
  const flag = (name: string): boolean => options[name] === true
  const patterns = (name: string): readonly string[] => splitPatterns(text(name) ?? '')
  const fields = text('field')
  if (flag('dryRun') && flag('watch')) throw new AppError('invalid_request', '--dry-run changes nothing, so there is nothing to --watch')
  if (text('report') === '-') throw new AppError('invalid_request', '--report wants a file; on standard output it is what --json prints')
  return {
    paths,
    index: text('index') ?? index,
    selection: { include: patterns('include'), exclude: patterns('exclude') },
    declared: {
      profile: text('profile'),
      language: text('language'),
      unit: text('unit'),
      fields: fields === null ? null : readFieldList(fields),
    },
    dryRun: flag('dryRun'),
    prune: flag('prune'),
    yes: flag('yes'),
    watch: flag('watch'),
    report: text('report'),
  }
}
