import { AppError } from '../../src/core/errors.ts'
import type { CommandTools } from '../../src/core/ports/command.ts'
import { BENCH_TOKENIZER } from '../ask.ts'
import { withSession } from '../session.ts'
import { inHalf } from '../tune/observe.ts'
import { readBudgetSet, type BudgetSet } from './evidence-set.ts'
import type { BudgetOptions } from './measure-systems.ts'

/** A data set with the questions that this run asks. Rejects `invalid_dataset` where none is left. */
export async function readAskedSet(
  tools: CommandTools,
  folder: string,
  { cache, settings, half, limit }: Pick<BudgetOptions, 'cache' | 'settings' | 'half' | 'limit'>,
): Promise<BudgetSet> {
  const set = await withSession(tools, cache, settings, ({ engine }) => readBudgetSet(folder, engine.counters.resolve(BENCH_TOKENIZER)))
  const queries = set.queries.filter(({ id }) => inHalf(id, half)).slice(0, limit)
  if (queries.length === 0) throw new AppError('invalid_dataset', `${folder} has no question in half ${half}`, { folder, half })
  return { ...set, queries }
}
