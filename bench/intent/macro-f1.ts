export interface Judged {
  readonly truth: string
  readonly predicted: string
}

/** Mean over the labels that occur as truth of F1 = 2 TP / (2 TP + FP + FN), as scikit-learn's `f1_score(average='macro')` for those labels; 0 for nothing judged. */
export function macroF1(judged: readonly Judged[]): number {
  const labels = [...new Set(judged.map(({ truth }) => truth))]
  if (labels.length === 0) return 0
  const scores = labels.map((label) => {
    const hits = judged.filter(({ truth, predicted }) => truth === label && predicted === label).length
    const named = judged.filter(({ predicted }) => predicted === label).length
    const wanted = judged.filter(({ truth }) => truth === label).length
    return (2 * hits) / (named + wanted)
  })
  return scores.reduce((sum, score) => sum + score, 0) / labels.length
}
