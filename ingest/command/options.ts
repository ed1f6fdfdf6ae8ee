import { readFieldList } from '../../src/core/field-list.ts'
import type { CommandInput } from '../../src/core/ports/command.ts'

/** What `ration ingest` was asked for. Null: not said, the service decides or the index has it already. */
export interface IngestOptions {
  readonly paths: readonly string[]
  readonly index: string
  readonly profile: string | null
  readonly language: string | null
  readonly unit: string | null
  readonly fields: Readonly<Record<string, string>> | null
}

/** `index`: what is filled where the command line does not say. */
export function readOptions({ arguments: paths, options }: CommandInput, index: string): IngestOptions {
  const text = (name: string): string | null => (typeof options[name] === 'string' ? options[name] : null)
  const fields = text('field')
  return {
    paths,
    index: text('index') ?? index,
    profile: text('profile'),
    language: text('language'),
    unit: text('unit'),
    fields: fields === null ? null : readFieldList(fields),
  }
}
