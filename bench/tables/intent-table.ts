import type { IntentResult } from '../intent-result.ts'
import { figure, type Table } from './table.ts'

export const intentTable = (result: IntentResult): Table => ({
  head: ['intent', 'questions', 'macro-F1', 'majority label', 'accuracy', 'calibration error', 'p50 ms'],
  rows: [
    [
      'held out',
      String(result.questions),
      figure(result.macro_f1),
      figure(result.majority_macro_f1),
      figure(result.accuracy),
      figure(result.calibration_error),
      result.p50_ms.toFixed(3),
    ],
  ],
})
