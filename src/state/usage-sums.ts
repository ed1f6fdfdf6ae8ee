import { sql, type ExpressionBuilder, type RawBuilder } from 'kysely'
import { AppError } from '../core/errors.ts'
import type { TenantId } from '../core/ids.ts'
import type { UsageDimension, UsageQuery, UsageSum } from '../core/ports/usage-ledger.ts'
import type { Database, Tables } from './schema.ts'

/** `docs@v2`: a version number alone means another thing in every index. */
const INDEX_VERSION = sql<string>`"index" || '@' || "version"`

const EXPRESSIONS: Readonly<Record<UsageDimension, RawBuilder<string>>> = {
  tenant: sql`"tenant"`,
  feature: sql`"feature"`,
  model: sql`"embedder" || coalesce(' + ' || "reranker", '')`,
  profile: sql`"profile"`,
  intent: sql`"intent"`,
  day: sql`to_char("at" at time zone 'UTC', 'YYYY-MM-DD')`,
  index: sql`"index"`,
  version: INDEX_VERSION,
  config: sql`"config"`,
  cohort: sql`"cohort"`,
  kind: sql`"kind"`,
}

/** Integers of 64 bits arrive as text from one driver and as numbers from the other; doubles are the same in both. */
const total = (
  column: 'budget_tokens' | 'context_tokens' | 'saved_tokens' | 'embed_tokens' | 'rerank_pairs' | 'storage_bytes' | 'cost_usd' | 'ms',
) => sql<number>`sum(${sql.ref(column)})::float8`.as(column)

/** One row of the query: a group and one of its outcomes. */
interface Part {
  readonly group: UsageSum['group']
  readonly outcome: string
  readonly requests: number
  readonly degraded: number
  readonly budget_tokens: number
  readonly context_tokens: number
  readonly saved_tokens: number
  readonly embed_tokens: number
  readonly rerank_pairs: number
  readonly storage_bytes: number
  readonly cost_usd: number
  readonly ms: number
}

type Condition = (row: ExpressionBuilder<Tables, 'usage_rows'>) => ReturnType<ExpressionBuilder<Tables, 'usage_rows'>['and']>

async function parts(database: Database, by: readonly UsageDimension[], where: Condition, limit: number): Promise<Part[]> {
  const groups = by.map((dimension) => EXPRESSIONS[dimension].as(`by_${dimension}`))
  const columns = [...by.map((_, position) => sql`${sql.lit(position + 1)}`), sql`${sql.lit(by.length + 1)}`]
  const rows = await database
    .selectFrom('usage_rows')
    .select(groups)
    .select([
      'outcome',
      sql<number>`count(*)::float8`.as('requests'),
      sql<number>`count(*) filter (where "degraded")::float8`.as('degraded'),
    ])
    .select([total('budget_tokens'), total('context_tokens'), total('saved_tokens'), total('embed_tokens'), total('rerank_pairs')])
    .select([total('storage_bytes'), total('cost_usd'), total('ms')])
    .where(where)
    .groupBy(columns)
    .orderBy(sql.join(columns))
    .limit(limit + 1)
    .execute()
  if (rows.length > limit) {
    throw new AppError('invalid_request', `The sum has more than ${limit} groups; ask for fewer dimensions or a shorter time`, { limit })
  }
  return rows.map((row) => ({ ...row, group: Object.fromEntries(by.map((dimension) => [dimension, row[`by_${dimension}`]])) }))
}

/** Adds up the outcomes of each group. `parts` come ordered by group. */
function fold(parts: readonly Part[]): UsageSum[] {
  const sums = new Map<string, UsageSum>()
  for (const part of parts) {
    const key = JSON.stringify(part.group)
    const sum = sums.get(key)
    const requests = (sum?.requests ?? 0) + part.requests
    sums.set(key, {
      group: part.group,
      requests,
      degraded: (sum?.degraded ?? 0) + part.degraded,
      budgetTokens: (sum?.budgetTokens ?? 0) + part.budget_tokens,
      contextTokens: (sum?.contextTokens ?? 0) + part.context_tokens,
      savedTokens: (sum?.savedTokens ?? 0) + part.saved_tokens,
      embedTokens: (sum?.embedTokens ?? 0) + part.embed_tokens,
      rerankPairs: (sum?.rerankPairs ?? 0) + part.rerank_pairs,
      storageBytes: (sum?.storageBytes ?? 0) + part.storage_bytes,
      costUsd: (sum?.costUsd ?? 0) + part.cost_usd,
      ms: ((sum?.ms ?? 0) * (sum?.requests ?? 0) + part.ms) / requests,
      outcomes: { ...sum?.outcomes, [part.outcome]: part.requests },
    })
  }
  return [...sums.values()]
}

/** Sums in the order of their groups. Rejects `invalid_request` where groups and their outcomes are more than `limit` rows. */
export async function sumUsage(database: Database, query: UsageQuery, limit: number): Promise<UsageSum[]> {
  const { tenant, by, from, to } = query
  const found = await parts(
    database,
    by,
    (row) =>
      row.and([
        ...(tenant === null ? [] : [row('tenant', '=', tenant)]),
        ...(from === null ? [] : [row('at', '>=', new Date(from))]),
        ...(to === null ? [] : [row('at', '<', new Date(to))]),
      ]),
    limit,
  )
  return fold(found)
}

/** Per request means of every retrieval that ran with `version`. Rejects `not_found` where there is none. */
export async function meanUsage(database: Database, tenant: TenantId, version: string, limit: number): Promise<UsageSum> {
  const found = await parts(
    database,
    [],
    (row) =>
      row.and([
        row('tenant', '=', tenant),
        row('kind', '=', 'retrieve'),
        row.or([row(INDEX_VERSION, '=', version), row('config', '=', version), row('cohort', '=', version)]),
      ]),
    limit,
  )
  const [sum] = fold(found)
  if (sum === undefined) {
    throw new AppError(
      'not_found',
      `No retrieval is booked for ${version}: name an index version (docs@v2), a configuration hash or a cohort`,
      { version },
    )
  }
  const { requests } = sum
  return {
    ...sum,
    budgetTokens: sum.budgetTokens / requests,
    contextTokens: sum.contextTokens / requests,
    savedTokens: sum.savedTokens / requests,
    embedTokens: sum.embedTokens / requests,
    rerankPairs: sum.rerankPairs / requests,
    storageBytes: sum.storageBytes / requests,
    costUsd: sum.costUsd / requests,
  }
}
