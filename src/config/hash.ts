import { createHash } from 'node:crypto'
import { canonicalJson } from '../core/text/canonical-json.ts'
import { camelCase } from './camel-case.ts'
import type { Config } from './schema.ts'
import { schema } from './schema.ts'
import { leavesOf } from './structure.ts'

/** Settings (and whole sections) that decide where and how fast an answer is made, but never what it says. */
export const OPERATIONAL: readonly string[] = [
  'data',
  'http',
  'log',
  'state',
  'usage',
  'versions',
  'backup',
  'retrieve.cohort',
  'models.directory',
  'models.cache_directory',
  'models.allow_download',
  'models.hub_host',
  'models.queue_requests',
  'models.passage_threads',
  'indexes.index_cache_bytes',
  'indexes.metadata_cache_bytes',
  'indexes.native_calls',
  'indexes.native_queue',
  'indexes.writer_queue',
  'ingest.batch_documents',
  'ingest.batch_characters',
  'ingest.model_texts',
  'ingest.reused_vectors',
  ...['children', 'unpackers', 'nice', 'start_ms', 'idle_ms', 'queue_documents', 'batch_documents', 'batch_bytes', 'child_documents'].map(
    (name) => `parse.${name}`,
  ),
  'parse.child_growth_bytes',
  'parse.watch_ms',
]

/**
 * Twelve hexadecimal digits over every setting that can change an answer; secrets and operational settings are left out.
 * Two services with the same hash, index revision and request give the same answer.
 */
export function configHash(config: Config): string {
  const deciding = leavesOf(schema)
    .filter((leaf) => leaf.note?.secret !== true && !OPERATIONAL.some((path) => leaf.path === path || leaf.path.startsWith(`${path}.`)))
    .map((leaf) => [leaf.path, valueAt(config, leaf.path)] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
  return createHash('sha256').update(canonicalJson(deciding)).digest('hex').slice(0, 12)
}

function valueAt(config: Config, path: string): unknown {
  let value: unknown = config
  for (const key of path.split('.')) value = (value as Record<string, unknown>)[camelCase(key)]
  return value
}
