import type { AppliedRule } from '../answer.ts'
import type { DocumentId } from '../ids.ts'
import { createPhraseFinder } from './phrases.ts'

/** One rule of the configuration. */
export interface Rule {
  readonly name: string
  /** Any of the phrases and any of the intents; an empty list asks for nothing, and one of the two is not empty. */
  readonly when: { readonly phrases: readonly string[]; readonly intents: readonly string[] }
  readonly effect: AppliedRule['effect']
  /** Empty where the effect is `abstain`. */
  readonly documents: readonly string[]
}

export interface RuleSettings {
  readonly version: string
  readonly list: readonly Rule[]
}

export interface AskedOfRules {
  readonly query: string
  /** The label that the answer will show. */
  readonly intent: string
  /** What the request itself wants to have in the context. */
  readonly require: readonly DocumentId[]
}

/** What the rules make of one question. No document is in two of the sets; what is forbidden is in neither of the others. */
export interface RuleEffects {
  /** Loaded even where no search finds them: those of the request first, then those of the rules in their order. */
  readonly required: ReadonlySet<DocumentId>
  /** Packed first where a search finds them. */
  readonly pinned: ReadonlySet<DocumentId>
  readonly forbidden: ReadonlySet<DocumentId>
  /** The first rule that wants no answer from the documents. */
  readonly abstain: AppliedRule | null
  /** Every rule that applied, in their order, with the documents that it had a say on. */
  readonly applied: readonly AppliedRule[]
}

export type Rules = (asked: AskedOfRules) => RuleEffects

/**
 * Makes rules ready to be applied to questions, which then takes time in proportion to the length of the question. `forbid` wins
 * over `require`, also over that of the request, and `require` over `pin`. At most `requiredDocuments` documents are required:
 * what rules would add beyond them is left out, of `applied` too.
 */
export function createRules({ version, list }: RuleSettings, requiredDocuments: number): Rules {
  const phrases = list.flatMap((rule) => rule.when.phrases.map((phrase) => ({ phrase, mark: rule })))
  const find = createPhraseFinder(phrases)

  return ({ query, intent, require }) => {
    const said = find(query)
    const matched = list.filter(
      (rule) =>
        (rule.when.phrases.length === 0 || said.has(rule)) && (rule.when.intents.length === 0 || rule.when.intents.includes(intent)),
    )
    const documentsOf = (effect: Rule['effect']) =>
      matched.filter((rule) => rule.effect === effect).flatMap((rule) => rule.documents as readonly DocumentId[])
    const forbidden = new Set(documentsOf('forbid'))
    const allowed = [...new Set([...require, ...documentsOf('require')])].filter((id) => !forbidden.has(id))
    const required = new Set(allowed.slice(0, requiredDocuments))
    const pinned = new Set(documentsOf('pin').filter((id) => !forbidden.has(id) && !required.has(id)))
    const inEffect = { require: required, pin: pinned, forbid: forbidden, abstain: new Set<DocumentId>() }
    const applied = matched.map(({ name, effect, documents }): AppliedRule => {
      const ids = documents as readonly DocumentId[]
      return { name, version, effect, documents: ids.filter((id) => inEffect[effect].has(id)) }
    })
    return { required, pinned, forbidden, abstain: applied.find(({ effect }) => effect === 'abstain') ?? null, applied }
  }
}
