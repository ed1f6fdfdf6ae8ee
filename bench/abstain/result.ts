import type { IndexCalibration } from '../../src/core/confidence/calibration.ts'
import type { Machine } from '../machine.ts'
import type { Half } from '../tune/observe.ts'
import type { Reliability } from './reliability.ts'
import type { Separation } from './separation.ts'

/** Shares of questions that got `no_relevant_context`. */
export interface AbstainFigures {
  readonly dataset: string
  readonly questions: { readonly foreign: number; readonly answerable: number; readonly unanswerable: number }
  readonly foreign: number
  readonly answerable: number
  /** Null where the set has none. */
  readonly unanswerable: number | null
  /** Mean over them, 0 where it abstains: nothing tells it that the answer is not there. */
  readonly unanswerable_confidence: number | null
  /** Where it began to abstain, and what that did to the questions that it was found with. */
  readonly calibration: Pick<IndexCalibration, 'threshold' | 'own' | 'foreign'>
  /** What the best threshold on each would do: the service's relevance, and the cosine of the best passage alone. */
  readonly separation: { readonly relevance: Separation | null; readonly cosine: Separation | null }
  /** Sets not asked, with the number of documents shared. */
  readonly left_out: Readonly<Record<string, number>>
  /** Foreign questions not asked because a relevant document has the title of one of the index. */
  readonly shared_titles: number
  /** Of the answered ones among its own answerable questions. */
  readonly reliability: Reliability
}

export interface AbstainResult {
  readonly bench: 'abstain'
  readonly profile: string
  readonly half: Half
  readonly budget: number
  readonly calibrate: 'own' | 'made'
  readonly datasets: readonly AbstainFigures[]
  /** Over every question of every index that was answered: its own, and these with the foreign ones. */
  readonly reliability: { readonly answerable: Reliability; readonly all: Reliability }
  readonly settings: Readonly<Record<string, unknown>>
  readonly versions: Readonly<Record<string, string>>
  readonly machine: Machine
}
