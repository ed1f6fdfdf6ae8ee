import type { Command } from '../core/ports/command.ts'

/** As the service writes a sum; in a difference the numbers are means of one request. */
interface WireSum {
  readonly group: Readonly<Record<string, string>>
  readonly requests: number
  readonly degraded: number
  readonly budget_tokens: number
  readonly context_tokens: number
  readonly saved_tokens: number
  readonly embed_tokens: number
  readonly rerank_pairs: number
  readonly storage_bytes: number
  readonly cost_usd: number
  readonly ms: number
  readonly outcomes: Readonly<Record<string, number>>
}

const whole = (value: number): string => Math.round(value).toLocaleString('en')
const fine = (value: number): string => value.toLocaleString('en', { maximumFractionDigits: 2 })
const dollars = (value: number): string => `$${value.toLocaleString('en', { maximumFractionDigits: 6 })}`

const SUM_HEAD = [
  'requests',
  'degraded',
  'context tokens',
  'saved tokens',
  'embed tokens',
  'rerank pairs',
  'stored',
  'cost',
  'mean ms',
  'outcomes',
]
const sumCells = (sum: WireSum): string[] => [
  whole(sum.requests),
  whole(sum.degraded),
  whole(sum.context_tokens),
  whole(sum.saved_tokens),
  whole(sum.embed_tokens),
  whole(sum.rerank_pairs),
  `${fine(sum.storage_bytes / 1e6)} MB`,
  dollars(sum.cost_usd),
  fine(sum.ms),
  Object.entries(sum.outcomes)
    .map(([outcome, requests]) => `${outcome} ${whole(requests)}`)
    .join(', '),
]

/** A line of the comparison: what it is, before, after, and the change in percent where there is something to compare with. */
function line(label: string, before: number, after: number, format: (value: number) => string): string[] {
  const change = before === 0 ? (after === 0 ? '' : 'new') : `${after >= before ? '+' : ''}${fine((after / before - 1) * 100)} %`
  return [label, format(before), format(after), change]
}

function comparison(before: WireSum, after: WireSum): string[][] {
  const percent = (value: number) => `${fine(value * 100)} %`
  const share = (sum: WireSum, outcome: string) => (sum.outcomes[outcome] ?? 0) / sum.requests
  const outcomes = [...new Set([...Object.keys(before.outcomes), ...Object.keys(after.outcomes)])].sort()
  return [
    line('requests', before.requests, after.requests, whole),
    line('budget tokens', before.budget_tokens, after.budget_tokens, fine),
    line('context tokens', before.context_tokens, after.context_tokens, fine),
    line('saved tokens', before.saved_tokens, after.saved_tokens, fine),
    line('embed tokens', before.embed_tokens, after.embed_tokens, fine),
    line('rerank pairs', before.rerank_pairs, after.rerank_pairs, fine),
    line('cost', before.cost_usd, after.cost_usd, dollars),
    line('ms', before.ms, after.ms, fine),
    line('degraded', before.degraded / before.requests, after.degraded / after.requests, percent),
    ...outcomes.map((outcome) => line(`outcome ${outcome}`, share(before, outcome), share(after, outcome), percent)),
  ]
}

const diff: Command = {
  name: 'diff',
  summary: 'Compare what one request took before and after a change',
  arguments: [
    { flags: '<before>', description: 'An index version (docs@v1), a configuration hash or a cohort' },
    { flags: '<after>', description: 'The same kind of thing' },
  ],
  options: [],
  examples: ['ration usage diff docs@v1 docs@v2'],
  async run({ arguments: [before = '', after = ''] }, tools) {
    const query = new URLSearchParams({ before, after })
    const answer = (await (await tools.api()).request('GET', `/v1/usage/diff?${query.toString()}`)) as {
      readonly before: WireSum
      readonly after: WireSum
    }
    if (tools.terminal.json) tools.terminal.printJson(answer)
    else tools.terminal.table(['per request', before, after, 'change'], comparison(answer.before, answer.after))
    return 0
  },
}

export const usageCommand: Command = {
  name: 'usage',
  summary: 'Sum what requests used and cost',
  arguments: [],
  options: [
    {
      flags: '--by <dimensions>',
      description: 'tenant, feature, model, profile, intent, day, index, version, config, cohort, kind; separated by commas',
      default: 'day',
    },
    { flags: '--from <date>', description: 'First day or instant, as 2026-01-31 or 2026-01-31T12:00:00Z' },
    { flags: '--to <date>', description: 'Day or instant that is no longer part of it' },
  ],
  examples: ['ration usage --by feature,day --from 2026-01-01', 'ration usage --by version --json', ...diff.examples],
  subcommands: [diff],
  async run({ options }, tools) {
    const by = String(options['by'])
    const query = new URLSearchParams({ by })
    for (const bound of ['from', 'to']) {
      const value = options[bound]
      if (typeof value === 'string') query.set(bound, value)
    }
    const answer = (await (await tools.api()).request('GET', `/v1/usage?${query.toString()}`)) as { readonly usage: readonly WireSum[] }
    if (tools.terminal.json) tools.terminal.printJson(answer)
    else if (answer.usage.length === 0) tools.terminal.print('Nothing is booked in this time.')
    else {
      const dimensions = by.split(',')
      tools.terminal.table(
        [...dimensions, ...SUM_HEAD],
        answer.usage.map((sum) => [...dimensions.map((dimension) => sum.group[dimension] ?? ''), ...sumCells(sum)]),
      )
    }
    return 0
  },
}
