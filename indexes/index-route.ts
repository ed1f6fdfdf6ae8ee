import type { CommandInput } from '../src/core/ports/command.ts'

/** The index that a command is about is its first argument. */
export const INDEX_ARGUMENT = { flags: '<name>', description: 'name of the index' }

/** The route of that index, with what stands behind it. */
export function indexRoute({ arguments: [name = ''] }: CommandInput, rest = ''): string {
  return `/v1/indexes/${encodeURIComponent(name)}${rest}`
}
