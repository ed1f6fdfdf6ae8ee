import type { Command } from '../src/core/ports/command.ts'

type Option = Command['options'][number]

/** Options that mean the same in every benchmark. */
export const COMMON_OPTIONS = {
  cache: { flags: '--cache <folder>', description: 'where benchmark indexes are kept', default: '.bench' },
  out: { flags: '--out <file>', description: 'write the result as JSON' },
  set: { flags: '--set <path=value,...>', description: 'configuration for this run only' },
  profile: { flags: '--profile <name>', description: 'model profile', default: 'standard' },
  language: { flags: '--language <name>', description: 'language of the full-text index', default: 'English' },
} as const satisfies Record<string, Option>
