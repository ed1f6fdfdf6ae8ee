/** What packing has to obey. Token numbers are as rendered; a cap that does not apply is `Infinity`. */
export interface PackRules {
  /** Tokens that passages and document headings may take together; the template's own are already off. */
  readonly tokens: number
  /** Passages; touching ones may become one item, so items are never more. */
  readonly maxItems: number
  readonly maxDocuments: number
  /** Tokens that one document may take, its heading included. */
  readonly tokensPerDocument: number
  /** Tokens that the documents of one source may take, their headings included. */
  readonly tokensPerSource: number
  /** Tokens that passages of required documents get before others compete. */
  readonly requiredTokens: number
  /** Largest share of the tokens that a move adds which may say again what is packed, 0 to 1. */
  readonly repeatedShare: number
  /** What 1,000 tokens must add to the objective. */
  readonly pricePer1kTokens: number
  /** Facets of the query; the weight of one is what full coverage of it adds to the objective. */
  readonly facets: readonly { readonly weight: number }[]
}
