import { createHash } from 'node:crypto'
import { trainIntentModel } from '../../src/models/intent-bayes.ts'
import { readIntentExamples, type SplitExample } from '../../src/models/intent-examples.ts'

const FOLDS = 10
const foldOf = (text: string): number => parseInt(createHash('sha256').update(`fold ${text}`).digest('hex').slice(0, 8), 16) % FOLDS

/** Ten-fold cross-validation of the training split: every question scored by a model that has not seen it. The held-out split is not touched. */
export function crossValidated(): (SplitExample & { readonly scores: ReadonlyMap<string, number> })[] {
  const train = readIntentExamples().filter(({ split }) => split === 'train')
  return Array.from({ length: FOLDS }, (_, fold) => {
    const model = trainIntentModel(train.filter(({ text }) => foldOf(text) !== fold))
    return train.filter(({ text }) => foldOf(text) === fold).map((example) => ({ ...example, scores: model(example.text) }))
  }).flat()
}
