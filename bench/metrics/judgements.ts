/** Relevance grades of one query by document id; what is not there is 0. Grades above 0 are relevant. */
export type Grades = ReadonlyMap<string, number>

/** How many documents are relevant at all. */
export function relevantCount(grades: Grades): number {
  let count = 0
  for (const grade of grades.values()) if (grade > 0) count += 1
  return count
}

export const isRelevant = (grades: Grades, doc: string): boolean => (grades.get(doc) ?? 0) > 0
