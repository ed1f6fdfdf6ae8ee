import module from 'node:module'
import process from 'node:process'

/**
 * Loaded into a child process before anything else: whatever parser runs there finds no way to the network, to other processes or to native
 * code among Node's modules, however it asks. The system's own walls (isolation.ts) stand behind it.
 */
const ALLOWED: ReadonlySet<string> = new Set([
  ...['assert', 'assert/strict', 'async_hooks', 'buffer', 'constants', 'crypto', 'diagnostics_channel', 'events', 'fs', 'fs/promises'],
  ...['module', 'os', 'path', 'path/posix', 'path/win32', 'perf_hooks', 'process', 'punycode', 'querystring', 'stream', 'stream/consumers'],
  ...['stream/promises', 'stream/web', 'string_decoder', 'timers', 'timers/promises', 'tty', 'url', 'util', 'util/types', 'zlib'],
])

const bare = (name: string): string => name.replace(/^node:/u, '')

function refuse(what: string): never {
  throw Object.assign(new Error(`${what} is not available to a parser`), { code: 'ERR_ACCESS_DENIED' })
}

module.registerHooks({
  resolve(specifier, context, next) {
    const isBuiltin = specifier.startsWith('node:') || module.isBuiltin(specifier)
    if (isBuiltin && !ALLOWED.has(bare(specifier))) refuse(specifier)
    return next(specifier, context)
  },
})

const getBuiltinModule = process.getBuiltinModule.bind(process)
const replace = (target: object, name: string, value: unknown) => {
  Object.defineProperty(target, name, { value, writable: false, configurable: false })
}
replace(process, 'getBuiltinModule', (name: string) => (ALLOWED.has(bare(name)) ? getBuiltinModule(name) : refuse(name)))
for (const name of ['binding', '_linkedBinding', 'dlopen', 'execve', 'kill', '_debugProcess']) {
  if (name in process) replace(process, name, () => refuse(`process.${name}`))
}
for (const name of ['fetch', 'WebSocket', 'EventSource', 'Request', 'Response', 'Headers', 'FormData', 'navigator', 'Worker']) {
  if (name in globalThis) Reflect.deleteProperty(globalThis, name)
}
const refuseHooks = () => refuse('module.registerHooks')
Object.assign(module, { registerHooks: refuseHooks, register: refuseHooks })
module.syncBuiltinESMExports()
