/** What a document holds: the number of its writing, or null where it is gone. */
export type Content = number | null

interface Entry {
  acknowledged: Content
  /** Sent and not answered: may stand or not. */
  readonly pending: Set<Content>
}

export interface Findings {
  readonly lost: string[]
  readonly phantom: string[]
  readonly duplicated: string[]
  readonly wrong: string[]
}

export const noFindings = (): Findings => ({ lost: [], phantom: [], duplicated: [], wrong: [] })

/**
 * What must be there. Of one document one request is under way at a time:
 *
 *     sent ──answer──> acknowledged        must be there from then on, whatever happens
 *       └────kill────> old or new          the next look decides, and that is the truth from then on
 */
export class Oracle {
  readonly #entries = new Map<string, Entry>()
  acknowledgements = 0

  sent(id: string, content: Content): void {
    this.#of(id).pending.add(content)
  }

  acknowledged(id: string, content: Content): void {
    const entry = this.#of(id)
    entry.acknowledged = content
    entry.pending.clear()
    this.acknowledgements += 1
  }

  /** Ids that are known to stand and have nothing under way. */
  settled(prefix: string): string[] {
    return [...this.#entries].flatMap(([id, { acknowledged, pending }]) =>
      id.startsWith(prefix) && acknowledged !== null && pending.size === 0 ? [id] : [],
    )
  }

  /** Compares what stands with what must, and takes what it finds for the truth. `isChecked` leaves out what cannot be judged yet. */
  compare(standing: readonly { readonly id: string; readonly content: number }[], isChecked: (id: string) => boolean): Findings {
    const findings = noFindings()
    const found = new Map<string, number>()
    for (const { id, content } of standing) {
      if (found.has(id)) findings.duplicated.push(id)
      found.set(id, content)
    }
    for (const id of new Set([...this.#entries.keys(), ...found.keys()])) {
      if (!isChecked(id)) continue
      const entry = this.#of(id)
      const content = found.get(id) ?? null
      const allowed = new Set([entry.acknowledged, ...entry.pending])
      if (!allowed.has(content)) {
        const line = `${id}: ${String(content)} stands, ${[...allowed].join(' or ')} must`
        if (content === null) findings.lost.push(line)
        else if (allowed.has(null) && allowed.size === 1) findings.phantom.push(line)
        else findings.wrong.push(line)
      }
      entry.acknowledged = content
      entry.pending.clear()
    }
    return findings
  }

  copy(): Oracle {
    const copy = new Oracle()
    for (const [id, { acknowledged, pending }] of this.#entries) copy.#entries.set(id, { acknowledged, pending: new Set(pending) })
    return copy
  }

  /** What stands, after a comparison. */
  standing(): readonly (readonly [id: string, content: number])[] {
    return [...this.#entries].flatMap(([id, { acknowledged }]) => (acknowledged === null ? [] : [[id, acknowledged] as const]))
  }

  #of(id: string): Entry {
    let entry = this.#entries.get(id)
    if (entry === undefined) this.#entries.set(id, (entry = { acknowledged: null, pending: new Set() }))
    return entry
  }
}
