/** How long a chain of styles that are based on each other may be. */
const CHAIN = 16
const DEEPEST = 6

/** Level, from 1, of each paragraph style that is one of headings, by its id (ISO/IEC 29500-1, 17.3.1.20: `outlineLvl` counts from 0, 9 is none). */
export function outlineLevels(stylesXml: string): ReadonlyMap<string, number> {
  const styles = new Map<string, { readonly level: number | null; readonly base: string | null }>()
  for (const [style] of stylesXml.matchAll(/<w:style\s[^>]*w:type="paragraph"[\s\S]*?<\/w:style>/gu)) {
    const id = /w:styleId="([^"]*)"/u.exec(style)?.[1]
    const level = /<w:outlineLvl\s[^>]*w:val="(\d)"/u.exec(style)?.[1]
    const base = /<w:basedOn\s[^>]*w:val="([^"]*)"/u.exec(style)?.[1] ?? null
    if (id !== undefined) styles.set(id, { level: level === undefined ? null : Number(level), base })
  }
  const levels = new Map<string, number>()
  for (const id of styles.keys()) {
    let each: string | null = id
    for (let steps = 0; each !== null && steps < CHAIN; steps++) {
      const level: number | null = styles.get(each)?.level ?? null
      if (level !== null) {
        if (level < 9) levels.set(id, Math.min(DEEPEST, level + 1))
        break
      }
      each = styles.get(each)?.base ?? null
    }
  }
  return levels
}
