import type { Command } from '../core/ports/command.ts'

/** `ration serve`: the service, until it is told to stop. */
export const command: Command = {
  name: 'serve',
  summary: 'Run the service',
  arguments: [],
  options: [],
  examples: ['ration serve', 'RATION_HTTP__PORT=8080 ration serve --data /srv/ration'],
  async run(_input, tools) {
    const { terminal } = tools
    const { url, closed } = await tools.serve({ quiet: false })
    if (terminal.json) terminal.printJson({ url })
    else terminal.print(`Ration listens on ${url} (API reference: ${url}/docs). Ctrl-C stops it.`)
    await closed
    return 0
  },
}
