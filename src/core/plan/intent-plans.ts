import { AppError } from '../errors.ts'
import type { PlanSettings } from './plan.ts'

/** Fields of a plan that an intent sets itself; null leaves the default plan's. */
export type PlanChanges = { readonly [Field in keyof PlanSettings]: PlanSettings[Field] | null }

/** What a built-in intent does differently; `critical` marks it as such (see `Plan`). */
export interface BuiltInPlan extends PlanChanges {
  readonly critical: boolean
}

/** An operator's own intent. Under the name of a built-in intent it stands in for the built-in plan. */
export interface CustomPlan {
  readonly name: string
  readonly plan: PlanChanges
  readonly critical: boolean
}

export interface PlanCatalogue {
  readonly defaultPlan: PlanSettings
  readonly builtIn: {
    readonly lookup: BuiltInPlan
    readonly howTo: BuiltInPlan
    readonly troubleshoot: BuiltInPlan
    readonly compare: BuiltInPlan
    readonly overview: BuiltInPlan
    readonly exact: BuiltInPlan
    readonly chitchat: BuiltInPlan
  }
  readonly custom: readonly CustomPlan[]
}

export interface IntentPlan {
  readonly plan: PlanSettings
  readonly critical: boolean
}

/** The complete plan of every configured intent by label: the default plan with the intent's own fields laid over it. */
export function intentPlans({ builtIn, custom, defaultPlan }: PlanCatalogue): ReadonlyMap<string, IntentPlan> {
  const changed = (changes: PlanChanges, critical: boolean): IntentPlan => ({ plan: withChanges(defaultPlan, changes), critical })
  const named = ({ critical, ...changes }: BuiltInPlan): IntentPlan => changed(changes, critical)
  return new Map([
    ['lookup', named(builtIn.lookup)],
    ['how_to', named(builtIn.howTo)],
    ['troubleshoot', named(builtIn.troubleshoot)],
    ['compare', named(builtIn.compare)],
    ['overview', named(builtIn.overview)],
    ['exact', named(builtIn.exact)],
    ['chitchat', named(builtIn.chitchat)],
    ...custom.map(({ name, plan, critical }) => [name, changed(plan, critical)] as const),
  ])
}

/** The plan of the intent that a request forces. AppError `unknown_intent` with the known names where there is none. */
export function planNamed(intent: string, plans: ReadonlyMap<string, IntentPlan>): IntentPlan {
  const plan = plans.get(intent)
  if (plan !== undefined) return plan
  const known = [...plans.keys()]
  throw new AppError('unknown_intent', `No intent of that name is configured; known are ${known.join(', ')}`, { known })
}

const withChanges = (plan: PlanSettings, changes: PlanChanges): PlanSettings => ({
  ...plan,
  ...(Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== null)) as Partial<PlanSettings>),
})
