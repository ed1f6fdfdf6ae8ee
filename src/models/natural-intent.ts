import { createHash } from 'node:crypto'
import type { IntentClassifier, IntentLabel } from '../core/ports/intent-classifier.ts'
import { trainIntentModel } from './intent-bayes.ts'
import { calibrated, TEMPERATURE } from './intent-calibration.ts'
import { readIntentExamples } from './intent-examples.ts'

/** Changes whenever the same examples would be classified differently. */
const MODEL = 'natural-bayes-1'

export interface NaturalIntentSettings {
  /** Characters of a query that are looked at: half from its start, half from its end, where questions stand. */
  readonly classifiedCharacters: number
  /** The operator's own intents; their examples join the training data. */
  readonly custom: readonly { readonly name: string; readonly examples: readonly string[] }[]
}

/**
 * Classifier over the training questions of `intent-examples.jsonl` and the operator's own (see the port for its contract).
 * Trains when it is made. Examples under the name of a built-in intent widen that intent.
 */
export function createNaturalIntentClassifier(settings: NaturalIntentSettings): IntentClassifier {
  const examples = [
    ...readIntentExamples().filter(({ split }) => split === 'train'),
    ...settings.custom.flatMap(({ name, examples: texts }) => texts.map((text) => ({ text, label: name }))),
  ].map(({ text, label }) => ({ text: bounded(text, settings.classifiedCharacters), label }))
  const labels = [...new Set(examples.map(({ label }) => label))]
  const prior = new Map(labels.map((label) => [label, examples.filter((example) => example.label === label).length / examples.length]))
  const model = trainIntentModel(examples)
  return {
    fingerprint: fingerprintOf([MODEL, TEMPERATURE, settings.classifiedCharacters, examples]),
    labels,
    classify(query) {
      const text = bounded(query, settings.classifiedCharacters)
      return ranked(text === '' ? prior : calibrated(model(text), TEMPERATURE))
    },
  }
}

/** The start and the end of a text, at most `most` characters together. */
function bounded(text: string, most: number): string {
  const trimmed = text.trim()
  if (trimmed.length <= most) return trimmed
  const half = Math.floor(most / 2)
  return `${trimmed.slice(0, half)}\n${trimmed.slice(-half)}`.toWellFormed()
}

function ranked(confidences: ReadonlyMap<string, number>): IntentLabel[] {
  return [...confidences]
    .map(([label, confidence]) => ({ label, confidence }))
    .sort((a, b) => b.confidence - a.confidence || (a.label < b.label ? -1 : 1))
}

const fingerprintOf = (parts: readonly unknown[]): string => createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16)
