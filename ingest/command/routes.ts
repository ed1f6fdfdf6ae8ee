import type { IngestOptions } from './options.ts'

/** The route that takes the documents. A dry run into an index that does not exist says what it would be. */
export function batchRoute({ index, dryRun, declared }: Pick<IngestOptions, 'index' | 'dryRun' | 'declared'>, isMissing: boolean): string {
  const query = new URLSearchParams({ index })
  if (dryRun) query.set('dry_run', 'true')
  if (isMissing && declared.profile !== null) query.set('profile', declared.profile)
  if (isMissing && declared.unit !== null) query.set('unit', declared.unit)
  return `/v1/documents/batch?${query.toString()}`
}
