import { readFileSync } from 'node:fs'

export interface IntentExample {
  readonly text: string
  readonly label: string
}

/** A line of `intent-examples.jsonl`. The split is by hash of the text, a quarter of every label held out; a test recomputes it. */
export interface SplitExample extends IntentExample {
  readonly split: 'train' | 'held_out'
}

/** The labelled questions written for this project, in file order. */
export function readIntentExamples(): SplitExample[] {
  const file = new URL('./intent-examples.jsonl', import.meta.url)
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as SplitExample)
}
