/** One way of answering, by what is switched. */
export interface Variant {
  readonly hierarchy: boolean
  readonly intent: boolean
}

/** Every combination, in the order asked. */
export const variantsOf = (hierarchy: readonly boolean[], intent: readonly boolean[]): readonly Variant[] =>
  hierarchy.flatMap((first) => intent.map((second) => ({ hierarchy: first, intent: second })))

export const variantName = ({ hierarchy, intent }: Variant): string =>
  `hierarchy ${hierarchy ? 'on' : 'off'}, intent ${intent ? 'on' : 'off'}`

/** Larger than any index: documents are never ranked first. */
const NO_INDEX_IS_SO_LARGE = 100_000_000
const HIERARCHY = {
  on: { 'retrieve.hierarchy.min_chunks': 1, 'intents.default_plan.hierarchy': true },
  off: { 'retrieve.hierarchy.min_chunks': NO_INDEX_IS_SO_LARGE },
}
/** Nothing is believed, so that every question gets the default plan. */
const INTENT_OFF = { 'intents.threshold': 1, 'intents.share_threshold': 1, 'intents.silence_threshold': 1 }

/** Configuration that makes an engine behave so. Forced on, documents are ranked first by every plan and however small the index is. */
export const overridesOf = ({ hierarchy, intent }: Variant): Readonly<Record<string, unknown>> => ({
  ...(hierarchy ? HIERARCHY.on : HIERARCHY.off),
  ...(intent ? {} : INTENT_OFF),
})
