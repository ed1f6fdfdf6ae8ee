import { readFileSync } from 'node:fs'
import type { IntentClassifier } from '../../src/core/ports/intent-classifier.ts'
import { calibrationError } from '../metrics/calibration-error.ts'
import { macroF1 } from './macro-f1.ts'

export interface IntentMeasurement {
  readonly questions: number
  readonly macroF1: number
  /** Macro-F1 of always naming the most frequent label of the training split (the first of them in file order). */
  readonly majorityMacroF1: number
  readonly accuracy: number
  readonly calibrationError: number
  /** Median milliseconds of one classification. */
  readonly p50Ms: number
}

interface Example {
  readonly text: string
  readonly label: string
  readonly split: string
}

/** Measures a classifier on the held-out questions of `src/models/intent-examples.jsonl`. */
export function measureIntent(classifier: IntentClassifier): IntentMeasurement {
  const lines = readFileSync(new URL('../../src/models/intent-examples.jsonl', import.meta.url), 'utf8')
    .trim()
    .split('\n')
  const examples = lines.map((line) => JSON.parse(line) as Example)
  const judged = examples.filter(({ split }) => split === 'held_out').map(({ text, label }) => judge(classifier, text, label))
  const majority = mostFrequent(examples.filter(({ split }) => split === 'train').map(({ label }) => label))
  return {
    questions: judged.length,
    macroF1: macroF1(judged),
    majorityMacroF1: macroF1(judged.map(({ truth }) => ({ truth, predicted: majority }))),
    accuracy: judged.filter(({ correct }) => correct).length / judged.length,
    calibrationError: calibrationError(judged),
    p50Ms: judged.map(({ ms }) => ms).sort((a, b) => a - b)[judged.length >> 1] ?? 0,
  }
}

function judge(classifier: IntentClassifier, text: string, truth: string) {
  const before = performance.now()
  const first = classifier.classify(text)[0]
  const ms = performance.now() - before
  const predicted = first?.label ?? ''
  return { truth, predicted, confidence: first?.confidence ?? 0, correct: predicted === truth, ms }
}

function mostFrequent(labels: readonly string[]): string {
  const counts = new Map<string, number>()
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1)
  return [...counts].reduce<[string, number]>((best, next) => (next[1] > best[1] ? next : best), ['', 0])[0]
}
