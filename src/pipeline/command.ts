import { AppError } from '../core/errors.ts'
import type { Command, CommandInput } from '../core/ports/command.ts'
import { printAnswer, type WireAnswer } from './print-answer.ts'

/** `ration retrieve`: one question, answered under a budget. */
export const command: Command = {
  name: 'retrieve',
  summary: 'Answer a question with context that fits a token budget',
  arguments: [{ flags: '<query>', description: 'the question' }],
  options: [
    { flags: '--budget <tokens>', description: 'most tokens that the context may take', default: '1500' },
    { flags: '--index <name>', description: 'index to search (default: the setting defaults.index)' },
    { flags: '--tokenizer <name>', description: 'encoding that counts the budget, such as o200k_base' },
    { flags: '--model <name>', description: 'model whose tokenizer counts the budget, such as gpt-4o' },
    { flags: '--mode <mode>', description: 'auto, quick (no reranking) or thorough (always)' },
    { flags: '--intent <label>', description: 'force an intent instead of classifying' },
    { flags: '--render <template>', description: 'markdown, xml, json or plain' },
    { flags: '--filter <json>', description: 'filter tree, such as \'{"eq":["product","api"]}\'' },
    { flags: '--max-items <count>', description: 'most items' },
    { flags: '--per-document <share>', description: 'largest share of the budget that one document may take' },
    { flags: '--deadline <ms>', description: 'milliseconds until an answer must stand' },
    { flags: '--feature <name>', description: 'what the cost is booked to' },
    { flags: '--explain', description: 'show what was searched and what became of each candidate' },
  ],
  examples: [
    'ration retrieve "how do I rotate an API key?" --budget 800',
    'ration retrieve "compare the standard and the fast profile" --budget 2000 --mode thorough --explain',
    'ration retrieve "ECONNREFUSED 127.0.0.1:5432" --index ops --render plain --json',
  ],
  async run(input, tools) {
    const { terminal } = tools
    const service = await tools.api()
    const answer = (await service.request('POST', '/v1/retrieve', requestOf(input))) as WireAnswer
    if (terminal.json) terminal.printJson(answer)
    else printAnswer(terminal, answer)
    return 0
  },
}

/** The wire request; what was not said is left out, so that the service's defaults hold. */
function requestOf({ arguments: [query], options }: CommandInput): Record<string, unknown> {
  const budget = compact({
    tokens: numberOf(options['budget'], '--budget'),
    tokenizer: options['tokenizer'],
    model: options['model'],
    max_items: numberOf(options['maxItems'], '--max-items'),
    per_document: numberOf(options['perDocument'], '--per-document'),
  })
  const { index, mode, intent, render, feature } = options
  const deadline = numberOf(options['deadline'], '--deadline')
  const filters = filterOf(options['filter'])
  return compact({ query, index, budget, mode, intent, render, feature, filters, deadline_ms: deadline, explain: options['explain'] })
}

function compact(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}

function numberOf(value: string | boolean | undefined, flag: string): number | undefined {
  if (value === undefined) return undefined
  const number = Number(value)
  if (typeof value === 'string' && value.trim() !== '' && Number.isFinite(number)) return number
  throw new AppError('invalid_request', `${flag} takes a number, not "${String(value)}"`)
}

function filterOf(value: string | boolean | undefined): unknown {
  if (value === undefined) return undefined
  try {
    return JSON.parse(String(value)) as unknown
  } catch (error) {
    throw new AppError('invalid_request', '--filter takes JSON, such as {"eq":["product","api"]}', {}, { cause: error })
  }
}
