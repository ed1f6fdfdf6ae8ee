/** Keeps the first `limit` distinct values of a label and calls every later one `other`. */
export function boundedLabel(limit: number): (value: string) => string {
  const seen = new Set<string>()
  return (value) => {
    if (seen.has(value)) return value
    if (seen.size >= limit) return 'other'
    seen.add(value)
    return value
  }
}
