import type { IntentLabel } from '../ports/intent-classifier.ts'
import { intentPlans, planNamed, type IntentPlan, type PlanCatalogue } from './intent-plans.ts'
import { mergePlans, type Share } from './merge.ts'
import type { Plan } from './plan.ts'

/** Label of the default plan in a `Plan`; no intent may be called so. */
const DEFAULT = 'default'

/** Probabilities from 0 to 1, and the plans they choose from. */
export interface IntentPlans extends PlanCatalogue {
  /** What the planned intents must reach together; below it the default plan is used. */
  readonly threshold: number
  /** From here on an intent gets its share of the plan. */
  readonly shareThreshold: number
  /** From here on an intent that retrieves nothing is believed. */
  readonly silenceThreshold: number
}

export interface AskedIntent {
  /** As the classifier gives them, by descending confidence; empty where it was not asked. */
  readonly labels: readonly IntentLabel[]
  /** The request's own choice, or null. */
  readonly forced: string | null
  /** Identifiers found in the query. */
  readonly identifiers: readonly string[]
}

/**
 * How queries are planned; the plans of the intents are laid out once.
 * - A forced intent is planned alone at confidence 1; AppError `unknown_intent` if there is none of that name.
 * - An intent that retrieves nothing is planned alone from `silenceThreshold` on, and never for a query with identifiers:
 *   dropping a question is much worse than searching for a greeting.
 * - Otherwise every retrieving intent from `shareThreshold` on gets a share in proportion to its confidence, if together
 *   they reach `threshold`.
 * - Otherwise it is the default plan, labelled `default`, with the confidence of the best label.
 */
export function createPlanner(settings: IntentPlans): (asked: AskedIntent) => Plan {
  const plans = intentPlans(settings)
  return (asked) => planFor(asked, settings, plans)
}

function planFor({ labels, forced, identifiers }: AskedIntent, settings: IntentPlans, plans: ReadonlyMap<string, IntentPlan>): Plan {
  if (forced !== null) return planAlone(forced, 1, planNamed(forced, plans))

  const known = labels.flatMap((label) => withPlan(label, plans))
  const silent = known.find(({ plan, confidence }) => !plan.retrieves && confidence >= settings.silenceThreshold)
  if (silent !== undefined && identifiers.length === 0) return planAlone(silent.label, silent.confidence, silent)

  const shares = sharesOf(known.filter(({ plan, confidence }) => plan.retrieves && confidence >= settings.shareThreshold))
  const together = shares.reduce((sum, { confidence }) => sum + confidence, 0)
  if (isFilled(shares) && together >= settings.threshold) return planTogether(shares)
  return planAlone(DEFAULT, labels[0]?.confidence ?? 0, { plan: settings.defaultPlan, critical: false })
}

type PlannedLabel = IntentLabel & IntentPlan

function withPlan(label: IntentLabel, plans: ReadonlyMap<string, IntentPlan>): PlannedLabel[] {
  const plan = plans.get(label.label)
  return plan === undefined ? [] : [{ ...label, ...plan }]
}

function sharesOf(labels: readonly PlannedLabel[]): (PlannedLabel & Share)[] {
  const total = labels.reduce((sum, { confidence }) => sum + confidence, 0)
  return labels.map((label) => ({ ...label, share: label.confidence / total }))
}

const planTogether = (shares: readonly [PlannedLabel & Share, ...(PlannedLabel & Share)[]]): Plan => ({
  ...mergePlans(shares),
  intents: shares.map(({ label, confidence, share }) => ({ label, confidence, share })),
  critical: shares.some(({ critical }) => critical),
})

const planAlone = (label: string, confidence: number, { plan, critical }: IntentPlan): Plan => ({
  ...plan,
  intents: [{ label, confidence, share: 1 }],
  critical,
})

const isFilled = <T>(items: readonly T[]): items is readonly [T, ...T[]] => items.length > 0
