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
const NEVER = 100_000_000

/** Configuration that makes an engine behave so. Forced on, documents are ranked first however small the index is. */
export const overridesOf = ({ hierarchy, intent }: Variant): Readonly<Record<string, unknown>> => ({
  'retrieve.hierarchy.min_chunks': hierarchy ? 1 : NEVER,
  'intents.enabled': intent,
})
