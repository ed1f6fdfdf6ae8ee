import type { CommandTools } from '../../src/core/ports/command.ts'
import { describeMachine } from '../machine.ts'
import { readAskedSet } from './asked-set.ts'
import { differencesOf, figuresOf, topTenOf } from './figures.ts'
import { measureSystems, type BudgetOptions } from './measure-systems.ts'
import type { BudgetResult } from './result.ts'
import { RATION } from './systems.ts'

/** One data set: every system asked every question of the half at every budget. */
export async function runBudget(tools: CommandTools, folder: string, options: BudgetOptions): Promise<BudgetResult> {
  const set = await readAskedSet(tools, folder, options)
  const { measured, leftOut, versions } = await measureSystems(tools, set, options)
  const { profile, half, budgets, perQuery, settings } = options
  const marks = { naive: topTenOf(measured.get('naive')), hybrid: topTenOf(measured.get('hybrid512')) }
  const ids = perQuery ? set.queries.map(({ id }) => id) : null
  const ration = measured.get(RATION)
  const others = ration === undefined ? [] : [...measured].filter(([name]) => name !== RATION)
  return {
    bench: 'budget',
    dataset: set.name,
    profile,
    half,
    evidence: set.kind,
    queries: set.queries.length,
    budgets,
    not_located: set.notLocated,
    systems: Object.fromEntries([...measured].map(([name, rows]) => [name, figuresOf(rows, budgets, marks, ids)])),
    differences: Object.fromEntries(others.map(([name, rows]) => [name, ration === undefined ? {} : differencesOf(ration, rows, budgets)])),
    left_out: leftOut,
    settings,
    versions,
    machine: describeMachine(),
  }
}
