import { fileURLToPath } from 'node:url'
import type { Command, CommandTools } from '../core/ports/command.ts'

/** The project's own documentation, which is also its sample corpus. */
const DOCS = fileURLToPath(new URL('../../docs', import.meta.url))

/** One question of each of three intents, at three budgets. */
const QUESTIONS = [
  { query: 'How do I put an API key on the service?', budget: 400 },
  { query: 'What is the difference between the standard and the fast profile?', budget: 800 },
  { query: 'index_damaged', budget: 200 },
] as const

const INDEX = 'quickstart'

/** `ration quickstart`: documents in, three answers out, and a service that stays up to be asked more. */
export const command: Command = {
  name: 'quickstart',
  summary: "Ingest Ration's own documentation, ask it three questions and keep serving",
  arguments: [],
  options: [{ flags: '--once', description: 'end after the three questions' }],
  examples: ['ration quickstart', 'ration quickstart --once'],
  async run({ options }, tools) {
    const { terminal } = tools
    // What it prints is to be read by people.
    const { url, closed } = await tools.serve({ quiet: true })
    const ingested = await tools.run('ingest', { arguments: [DOCS], options: { index: INDEX } })
    if (ingested !== 0) return ingested
    for (const question of QUESTIONS) await ask(question, tools)
    if (options['once'] === true) return 0
    terminal.print(invitation(url))
    await closed
    return 0
  },
}

async function ask({ query, budget }: (typeof QUESTIONS)[number], tools: CommandTools): Promise<void> {
  tools.terminal.print(`\n──── ${query} (budget ${budget} tokens)\n`)
  await tools.run('retrieve', { arguments: [query], options: { budget: String(budget), index: INDEX } })
}

function invitation(url: string): string {
  const body = JSON.stringify({ query: 'what survives a power cut?', index: INDEX, budget: { tokens: 600 } })
  return [
    '\nThe service stays up. Ask it something:\n',
    `  curl -s ${url}/v1/retrieve -H 'content-type: application/json' -d '${body}'\n`,
    `API reference: ${url}/docs   (Ctrl-C stops the service)`,
  ].join('\n')
}
