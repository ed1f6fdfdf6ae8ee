/** A generator of numbers below 1 that gives the same ones for the same seed (mulberry32, public domain, restated). */
export function random(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const WORDS =
  'anchor basin copper delta ember falcon garden harbor island jungle kettle lantern meadow needle orchard pepper quarry ribbon saddle timber umbrella valley willow yellow zephyr bridge cotton dragon engine forest'.split(
    ' ',
  )

export const wordOf = (number: number): string => WORDS[number % WORDS.length] ?? ''

/** Stands in this writing of this document and nowhere else. */
export const tokenOf = (id: string, content: number): string => `zq${id}x${content}`

/** A document of a few sections, each of a few sentences. */
export function textOf(id: string, content: number): string {
  const next = random(content * 2654435761 + id.length)
  const word = () => wordOf(Math.floor(next() * WORDS.length))
  const sentence = () => `The ${word()} of the ${word()} ${word()} has ${Math.floor(next() * 90) + 10} ${word()}s.`
  const sections = Array.from({ length: 1 + Math.floor(next() * 3) }, (_, index) => {
    return `## Part ${index + 1}\n\n${Array.from({ length: 3 + Math.floor(next() * 6) }, sentence).join(' ')}`
  })
  return `# The ${word()} of ${tokenOf(id, content)}\n\n${sections.join('\n\n')}\n`
}
