/** US dollars. */
export interface Prices {
  /** By model or tokenizer name, for the tokens that the reader of the context is sent. */
  readonly contextPer1mTokens: Readonly<Record<string, number>>
  readonly embedPer1mTokens: number
  readonly rerankPer1kPairs: number
}

/** With what it costs to keep a document; booked once, when it is written. */
export interface IngestPrices extends Prices {
  readonly storagePerGb: number
}

export interface Consumption {
  readonly contextTokens: number
  readonly embedTokens: number
  readonly rerankPairs: number
}

/** What one request cost, in US dollars. `reader` is the model or tokenizer that the request named; without a price it costs nothing. */
export function costUsd(consumption: Consumption, prices: Prices, reader: string): number {
  const contextPrice = Object.hasOwn(prices.contextPer1mTokens, reader) ? (prices.contextPer1mTokens[reader] ?? 0) : 0
  return (
    (consumption.contextTokens * contextPrice + consumption.embedTokens * prices.embedPer1mTokens) / 1e6 +
    (consumption.rerankPairs * prices.rerankPer1kPairs) / 1e3
  )
}

/** What keeping so many bytes costs, in US dollars; a gigabyte has 10^9 bytes. */
export function storageUsd(bytes: number, { storagePerGb }: Pick<IngestPrices, 'storagePerGb'>): number {
  return (bytes * storagePerGb) / 1e9
}
