import type { Command } from '../core/ports/command.ts'
import type { Scope } from '../core/types.ts'

/** As the service writes a key. */
interface WireKey {
  readonly id: string
  readonly tenant: string
  readonly scopes: readonly Scope[]
  readonly label: string
  readonly created_at: string
  readonly revoked_at: string | null
}

const HEAD = ['id', 'tenant', 'scopes', 'label', 'created', 'revoked']
const cells = (key: WireKey): string[] => [key.id, key.tenant, key.scopes.join(' '), key.label, key.created_at, key.revoked_at ?? '']

const create: Command = {
  name: 'create',
  summary: 'Make a key; its secret is shown once and stored nowhere',
  arguments: [],
  options: [
    { flags: '--tenant <name>', description: 'Whose indexes the key sees; yours where it is missing' },
    { flags: '--scopes <list>', description: 'retrieve, ingest and admin, separated by commas', default: 'retrieve' },
    { flags: '--label <text>', description: 'What it is for', default: '' },
  ],
  examples: ['ration key create --label "support bot"', 'ration key create --tenant acme --scopes retrieve,ingest --label nightly --json'],
  async run({ options }, tools) {
    const scopes = String(options['scopes'])
      .split(',')
      .map((scope) => scope.trim())
    const body = { tenant: options['tenant'], scopes, label: options['label'] }
    const made = (await (await tools.api()).request('POST', '/v1/keys', body)) as { readonly key: WireKey; readonly secret: string }
    if (tools.terminal.json) tools.terminal.printJson(made)
    else {
      tools.terminal.table(HEAD, [cells(made.key)])
      tools.terminal.print(`\n${made.secret}\n`)
      tools.terminal.warn('This is the only time that the secret is shown. Send it as: Authorization: Bearer <secret>')
    }
    return 0
  },
}

const list: Command = {
  name: 'list',
  summary: 'List keys, the revoked ones last',
  arguments: [],
  options: [],
  examples: ['ration key list', 'ration key list --json'],
  async run(_input, tools) {
    const answer = (await (await tools.api()).request('GET', '/v1/keys')) as { readonly keys: readonly WireKey[] }
    if (tools.terminal.json) tools.terminal.printJson(answer)
    else if (answer.keys.length === 0) tools.terminal.print('There are no keys. `ration key create` makes one.')
    else tools.terminal.table(HEAD, answer.keys.map(cells))
    return 0
  },
}

const revoke: Command = {
  name: 'revoke',
  summary: 'Refuse a key from now on',
  arguments: [{ flags: '<id>', description: 'The id that `ration key list` shows: the part of the secret between the underscores' }],
  options: [],
  examples: ['ration key revoke 0123456789abcdef'],
  async run({ arguments: [id = ''] }, tools) {
    const answer = (await (await tools.api()).request('DELETE', `/v1/keys/${encodeURIComponent(id)}`)) as { readonly key: WireKey }
    if (tools.terminal.json) tools.terminal.printJson(answer)
    else tools.terminal.print(`${answer.key.id} is revoked since ${answer.key.revoked_at ?? 'now'}.`)
    return 0
  },
}

export const keyCommand: Command = {
  name: 'key',
  summary: 'Make, list and revoke API keys',
  arguments: [],
  options: [],
  examples: [...create.examples, ...list.examples, ...revoke.examples],
  subcommands: [create, list, revoke],
}
