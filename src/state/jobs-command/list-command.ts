import type { Command, Terminal } from '../../core/ports/command.ts'

interface Listed<Entry> {
  readonly summary: string
  readonly path: string
  /** The member of the answer that holds the entries; the other one is `next`. */
  readonly member: string
  /** What the list can be narrowed down by. */
  readonly filter: { readonly name: string; readonly flags: string; readonly description: string }
  readonly nothing: string
  readonly examples: readonly string[]
  readonly show: (terminal: Terminal, entries: readonly Entry[]) => void
}

/** A command `list` that shows a page of what the service has, newest first. */
export function listCommand<Entry>({ summary, path, member, filter, nothing, examples, show }: Listed<Entry>): Command {
  const { name: filterName, ...option } = filter
  return {
    name: 'list',
    summary,
    arguments: [],
    options: [
      option,
      { flags: '--limit <number>', description: 'how many', default: '50' },
      { flags: '--after <id>', description: 'those behind this one' },
    ],
    examples,
    async run({ options }, tools) {
      const { terminal } = tools
      const query = new URLSearchParams({ limit: String(options['limit']) })
      for (const name of [filterName, 'after']) if (options[name] !== undefined) query.set(name, String(options[name]))
      const answer = (await (await tools.api()).request('GET', `${path}?${query.toString()}`)) as Record<string, unknown>
      const entries = answer[member] as readonly Entry[]
      const next = answer['next'] as string | null
      if (terminal.json) terminal.printJson(answer)
      else if (entries.length === 0) terminal.print(nothing)
      else show(terminal, entries)
      if (next !== null) terminal.print(`More: --after ${next}`)
      return 0
    },
  }
}
