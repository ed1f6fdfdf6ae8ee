import { AppError } from '../../src/core/errors.ts'
import type { Api } from '../../src/core/ports/command.ts'
import type { IngestOptions } from './options.ts'
import { NOTHING_FOUND } from './summary.ts'

/**
 * Creates the index where it does not exist, but not for a dry run, and not where nothing would come into it: rejects `invalid_request` then, since a path or
 * a pattern is wrong. One that exists must be as the options say, since what an index declares is fixed. Says whether there was one.
 */
export async function prepareIndex(
  api: Api,
  { index, declared, dryRun }: Pick<IngestOptions, 'index' | 'declared' | 'dryRun'>,
  hasDocuments: boolean,
): Promise<boolean> {
  const asked = Object.entries(declared).filter(([, value]) => value !== null)
  const existing = await findIndex(api, index)
  if (existing === null) {
    if (!hasDocuments) throw new AppError('invalid_request', `${NOTHING_FOUND} ${index} was not created.`)
    if (!dryRun) await api.request('POST', '/v1/indexes', { name: index, ...Object.fromEntries(asked) })
    return false
  }
  const other = asked.filter(([name, value]) => sorted(existing[name]) !== sorted(value)).map(([name]) => name)
  if (other.length > 0) {
    const details = `${other.join(', ')} ${other.length === 1 ? 'is' : 'are'} fixed when an index is created`
    throw new AppError(
      'index_exists',
      `The index ${index} exists with another declaration: ${details}; ingest into a new index, or delete this one`,
      {
        index,
        differs: other,
      },
    )
  }
  return true
}

async function findIndex(api: Api, index: string): Promise<Readonly<Record<string, unknown>> | null> {
  try {
    return (await api.request('GET', `/v1/indexes/${encodeURIComponent(index)}`)) as Readonly<Record<string, unknown>>
  } catch (error) {
    if (error instanceof AppError && error.code === 'index_not_found') return null
    throw error
  }
}

/** Equal for equal values, whatever the order of keys. */
function sorted(value: unknown): string {
  const entries = typeof value === 'object' && value !== null ? Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)) : value
  return JSON.stringify(entries)
}
