import { randomUUID } from 'node:crypto'
import { AppError } from '../core/errors.ts'
import type { Command, CommandInput } from '../core/ports/command.ts'
import { printAnswer, type WireAnswer } from './print-answer.ts'

type Options = CommandInput['options']

/** `ration retrieve`: one question, answered under a budget. */
export const command: Command = {
  name: 'retrieve',
  summary: 'Answer a question with context that fits a token budget',
  arguments: [{ flags: '<query>', description: 'the question' }],
  options: [
    { flags: '--budget <tokens>', description: 'most tokens that the context may take, or auto: as many as are worth it', default: '1500' },
    { flags: '--index <name>', description: 'index to search (default: the setting defaults.index)' },
    { flags: '--tokenizer <name>', description: 'encoding that counts the budget, such as o200k_base' },
    { flags: '--model <name>', description: 'model whose tokenizer counts the budget, such as gpt-4o' },
    { flags: '--window <tokens>', description: 'tokens that the model reads in all; the budget is at most what --reserve leaves' },
    { flags: '--reserve <parts>', description: 'what else is in the window, such as system=600,history=2000,answer=1000' },
    { flags: '--mode <mode>', description: 'auto, quick (no reranking) or thorough (always)' },
    { flags: '--intent <label>', description: 'force an intent instead of classifying' },
    { flags: '--render <template>', description: 'markdown, xml, json or plain' },
    { flags: '--filter <json>', description: 'filter tree, such as \'{"eq":["product","api"]}\'' },
    { flags: '--require <ids>', description: 'documents that must be in the context, with commas between them' },
    { flags: '--max-items <count>', description: 'most items' },
    { flags: '--per-document <share>', description: 'largest share of the budget that one document may take' },
    { flags: '--per-source <share>', description: 'largest share of the budget that the documents of one source may take' },
    { flags: '--session <name>', description: 'conversation: what was sent in it is not sent again' },
    { flags: '--session-tokens <tokens>', description: 'tokens that the contexts of the session may take together' },
    { flags: '--repeat', description: 'send what was sent before in the session again' },
    { flags: '--refresh', description: 'send only what is new in the session' },
    { flags: '--retry-key <key>', description: 'name of this request of a session, to send it again (default: a new one)' },
    { flags: '--excerpts', description: 'show passages as their best sentences, whatever packing.excerpts says' },
    { flags: '--no-excerpts', description: 'show passages whole' },
    { flags: '--notice', description: 'say inside the context where the answer is degraded, unsure or stale' },
    { flags: '--deadline <ms>', description: 'milliseconds until an answer must stand' },
    { flags: '--feature <name>', description: 'what the cost is booked to' },
    { flags: '--explain', description: 'show what was searched and what became of each candidate' },
  ],
  examples: [
    'ration retrieve "how do I rotate an API key?" --budget 800',
    'ration retrieve "compare the standard and the fast profile" --budget 2000 --mode thorough --explain',
    'ration retrieve "what is a tenant?" --budget auto --window 8000 --reserve system=600,history=2000,answer=1000',
    'ration retrieve "and how do I make one?" --session conv-42 --session-tokens 6000',
    'ration retrieve "ECONNREFUSED 127.0.0.1:5432" --index ops --render plain --json',
  ],
  async run(input, tools) {
    const { terminal } = tools
    const service = await tools.api()
    const answer = (await service.request('POST', '/v1/retrieve', requestOf(input), headersOf(input.options))) as WireAnswer
    if (terminal.json) terminal.printJson(answer)
    else printAnswer(terminal, answer)
    return 0
  },
}

/** The wire request; what was not said is left out, so that the service's defaults hold. */
function requestOf({ arguments: [query], options }: CommandInput): Record<string, unknown> {
  const { index, mode, intent, render, feature, session, repeat, refresh, excerpts, notice, explain } = options
  return compact({
    ...{ query, index, mode, intent, render, feature, session, repeat, refresh, excerpts, notice, explain },
    budget: budgetOf(options),
    filters: filterOf(options['filter']),
    require: typeof options['require'] === 'string' ? options['require'].split(',').map((id) => id.trim()) : undefined,
    session_tokens: numberOf(options['sessionTokens'], '--session-tokens'),
    deadline_ms: numberOf(options['deadline'], '--deadline'),
  })
}

function budgetOf(options: Options): Record<string, unknown> {
  const { budget, tokenizer, model } = options
  return compact({
    tokens: budget === 'auto' ? budget : numberOf(budget, '--budget', 'a number or auto'),
    tokenizer,
    model,
    window: numberOf(options['window'], '--window'),
    reserve: reserveOf(options['reserve']),
    max_items: numberOf(options['maxItems'], '--max-items'),
    per_document: numberOf(options['perDocument'], '--per-document'),
    per_source: numberOf(options['perSource'], '--per-source'),
  })
}

/** A request of a session always has a key: the client asks again where the service ends before it has answered. */
function headersOf({ session, retryKey }: Options): Readonly<Record<string, string>> {
  const key = retryKey ?? (session === undefined ? undefined : randomUUID())
  return typeof key === 'string' ? { 'idempotency-key': key } : {}
}

function compact(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}

function numberOf(value: string | boolean | undefined, flag: string, allowed = 'a number'): number | undefined {
  if (value === undefined) return undefined
  const number = Number(value)
  if (typeof value === 'string' && value.trim() !== '' && Number.isFinite(number)) return number
  throw new AppError('invalid_request', `${flag} takes ${allowed}, not "${String(value)}"`)
}

/** `system=600,history=2000`. */
function reserveOf(value: string | boolean | undefined): Record<string, unknown> | undefined {
  if (typeof value !== 'string') return undefined
  const parts = value.split(',').map((part) => {
    const [name = '', tokens, ...rest] = part.split('=')
    if (name.trim() === '' || tokens === undefined || rest.length > 0)
      throw new AppError('invalid_request', `--reserve takes parts such as system=600,history=2000, not "${part}"`)
    return [name.trim(), numberOf(tokens, `--reserve ${name.trim()}=`)] as const
  })
  return Object.fromEntries(parts)
}

function filterOf(value: string | boolean | undefined): unknown {
  if (value === undefined) return undefined
  try {
    return JSON.parse(String(value)) as unknown
  } catch (error) {
    throw new AppError('invalid_request', '--filter takes JSON, such as {"eq":["product","api"]}', {}, { cause: error })
  }
}
