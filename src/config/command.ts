import type { Command, ConfigValue } from '../core/ports/command.ts'

/** `ration config`: what is in effect, and why. */
export const command: Command = {
  name: 'config',
  summary: 'Print every effective setting and where it came from; secrets are masked',
  arguments: [{ flags: '[prefix]', description: 'only settings whose path starts with it' }],
  options: [{ flags: '--changed', description: 'only settings that are not left at their default' }],
  examples: ['ration config', 'ration config retrieve --json', 'RATION_HTTP__PORT=8080 ration config --changed'],
  run(input, tools) {
    const [prefix = ''] = input.arguments
    const values = tools
      .configuration()
      .filter((value) => value.path.startsWith(prefix) && (input.options['changed'] !== true || value.source !== 'default'))
    if (tools.terminal.json) tools.terminal.printJson(values)
    else tools.terminal.table(['setting', 'value', 'from'], values.map(row))
    return Promise.resolve(0)
  },
}

const row = ({ path, value, source }: ConfigValue): readonly string[] => [path, JSON.stringify(value), source]
