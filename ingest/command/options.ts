import { AppError } from '../../src/core/errors.ts'
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

export function readOptions({ arguments: paths, options }: CommandInput): IngestOptions {
  const text = (name: string): string | null => (typeof options[name] === 'string' ? options[name] : null)
  const fields = text('fields')
  return {
    paths,
    index: text('index') ?? 'default',
    profile: text('profile'),
    language: text('language'),
    unit: text('unit'),
    fields: fields === null ? null : readFields(fields),
  }
}

/** `product:keyword,updated:date`; the service knows which types there are. */
function readFields(text: string): Readonly<Record<string, string>> {
  const entries = text.split(',').map((part) => {
    const [name = '', type = '', ...rest] = part.trim().split(':')
    if (name === '' || type === '' || rest.length > 0) {
      throw new AppError('invalid_request', `--fields takes name:type,name:type and not "${text}"`, { path: '--fields' })
    }
    return [name, type] as const
  })
  return Object.fromEntries(entries)
}
