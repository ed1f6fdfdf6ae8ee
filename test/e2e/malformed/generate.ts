import type { Operation, Schema } from './operations.ts'
import type { Chance } from './random.ts'
import { oddFilter, oddValue, text } from './values.ts'

/** What `inject` sends. */
export interface Request {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly payload?: string | Buffer
}

export interface Malformed {
  readonly kind: string
  readonly request: Request
}

type Break = (operation: Operation, chance: Chance) => Request

const BREAKS: Readonly<Record<string, Break>> = {
  'wrong value': (operation, chance) => withBody(operation, chance, (body) => replaced(body, chance, () => oddValue(chance))),
  'missing field': (operation, chance) => withBody(operation, chance, (body) => removed(body, chance)),
  'extra field': (operation, chance) => withBody(operation, chance, (body) => extended(body, chance)),
  'beyond a limit': (operation, chance) => withBody(operation, chance, (body) => exceeded(body, operation, chance)),
  'odd filter': (operation, chance) => withBody(operation, chance, (body) => ({ ...(body as object), filters: oddFilter(chance, 10) })),
  'odd body': (operation, chance) => withBody(operation, chance, () => oddValue(chance)),
  'broken JSON': (operation, chance) => {
    const whole = JSON.stringify(operation.body?.example ?? { a: 1 })
    const cut = chance.below(whole.length)
    return {
      ...good(operation, chance),
      payload: chance.pick([
        whole.slice(0, cut),
        `${whole}${whole}`,
        whole.replaceAll('"', "'"),
        `${whole.slice(0, cut)}\u0000${whole.slice(cut)}`,
        '[',
        '{"a":1,}',
        'undefined',
      ]),
    }
  },
  'broken bytes': (operation, chance) => {
    const bytes = Buffer.from(JSON.stringify(operation.body?.example ?? { a: 'x' }))
    for (let i = 0; i < 1 + chance.below(4); i += 1) bytes[chance.below(bytes.length)] = 0x80 + chance.below(0x80)
    return { ...good(operation, chance), payload: chance.pick([bytes, Buffer.from(bytes.toString(), 'utf16le'), Buffer.alloc(64, 0xff)]) }
  },
  'broken lines': (operation, chance) => {
    const line = JSON.stringify(operation.body?.example ?? { id: 'a', content: 'x' })
    const lines = Array.from({ length: 1 + chance.below(6) }, () =>
      chance.pick([line, line.slice(0, chance.below(line.length)), '', '[]', 'null', '{"id":1}', '\u0000', '"\\ud800"', '['.repeat(500)]),
    )
    return {
      ...good(operation, chance),
      headers: { 'content-type': 'application/x-ndjson' },
      payload: lines.join(chance.pick(['\n', '\r\n', '\n\n', '\r'])),
    }
  },
  'broken parts': (operation, chance) => {
    const boundary = chance.pick(['x', 'x', 'x', '----y', text(chance).replace(/[^\x21-\x7e]/g, '')])
    const part = () =>
      [
        `--${chance.pick([boundary, boundary, boundary, 'other'])}`,
        `content-disposition: form-data; name="${chance.pick(['file', 'index', 'metadata', 'feature', '__proto__', '', safely(text(chance))])}"${chance.pick(['', '; filename="a.md"', '; filename=""', `; filename="${safely(text(chance))}"`])}`,
        ...chance.pick([
          [],
          ['content-type: application/json'],
          ['content-type: application/octet-stream'],
          ['content-type: ;;;'],
          ['x'.repeat(9000)],
        ]),
        '',
        chance.pick(['# A', '{"a":1}', '{', 'default', text(chance)]),
      ].join('\r\n')
    const whole = `${Array.from({ length: chance.below(4) }, part).join('\r\n')}\r\n--${boundary}--\r\n`
    return {
      ...good(operation, chance),
      headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
      payload: chance.pick([whole, whole.slice(0, chance.below(whole.length)), whole.replaceAll('\r\n', '\n')]),
    }
  },
  'content type': (operation, chance) => ({
    ...good(operation, chance),
    headers: {
      'content-type': chance.pick([
        'text/plain',
        'application/xml',
        'application/json; charset=utf-16',
        'multipart/form-data',
        'application/x-www-form-urlencoded',
        'application/x-ndjson',
        'json',
        ';;;',
        'application/json, text/plain',
      ]),
    },
    payload: JSON.stringify(operation.body?.example ?? {}),
  }),
  method: (operation, chance) => ({
    ...good(operation, chance),
    method: chance.pick(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'TRACE']),
  }),
  query: (operation, chance) => {
    const name = chance.pick([...operation.query.map((one) => one.name), 'index', 'limit', 'unknown', '__proto__', 'index[]'])
    const value = safely(text(chance))
    const url = pathOf(operation, chance)
    return {
      ...good(operation, chance),
      url: chance.pick([
        `${url}?${name}=${value}`,
        `${url}?${name}=a&${name}=b`,
        `${url}?${name}`,
        `${url}?%ff=%`,
        `${url}?${'a=1&'.repeat(500)}`,
        `${url}??&&==`,
      ]),
    }
  },
  path: (operation, chance) => {
    const odd = chance.pick([
      safely(text(chance)),
      '%ff',
      '%',
      '%00',
      '%2e%2e',
      '..',
      'x'.repeat(600),
      '%F0%9F%92%A5'.repeat(600),
      '//',
      ';a=b',
      '*',
    ])
    return {
      ...good(operation, chance),
      url: operation.path.includes('{') ? operation.path.replace(/\{\w+\}/, () => odd) : `${operation.path}/${odd}`,
    }
  },
  header: (operation, chance) => ({
    ...good(operation, chance),
    headers: {
      ...good(operation, chance).headers,
      ...chance.pick<Record<string, string>>([
        { authorization: 'Bearer wrong' },
        { authorization: `Basic ${'x'.repeat(5000)}` },
        { accept: 'image/png' },
        { 'content-length': '-1' },
        { 'x-ration-tenant': '../x' },
        { expect: 'nonsense' },
        { 'transfer-encoding': 'gzip' },
        { 'content-encoding': 'gzip' },
      ]),
    },
  }),
}

const KINDS = Object.entries(BREAKS)
/** Breaks of a body say nothing about operations that have none. */
const WITHOUT_BODY = KINDS.filter(([kind]) => ['method', 'query', 'path', 'header', 'content type', 'broken JSON'].includes(kind))

/** One request that is wrong in one way (and by chance is right after all now and then). */
export function malformed(operation: Operation, chance: Chance): Malformed {
  const [kind, make] = chance.pick(operation.body === null ? WITHOUT_BODY : KINDS)
  return { kind, request: make(operation, chance) }
}

function good(operation: Operation, chance: Chance): Request {
  const { body, method, query } = operation
  const required = query.filter((one) => one.required).map((one) => `${one.name}=x`)
  const url = [pathOf(operation, chance), ...(required.length > 0 ? [required.join('&')] : [])].join('?')
  return body === null
    ? { method, url, headers: {} }
    : { method, url, headers: { 'content-type': body.contentType }, payload: JSON.stringify(body.example) }
}

function pathOf({ path }: Operation, chance: Chance): string {
  return path.replace(/\{\w+\}/g, () => chance.pick(['default', 'docs', 'guide%2Fkeys.md', 'k1']))
}

function withBody(operation: Operation, chance: Chance, change: (body: unknown) => unknown): Request {
  return { ...good(operation, chance), payload: JSON.stringify(change(operation.body?.example ?? {})) }
}

/** A copy with one place, chosen by chance, given to `change`; null stands for taking it away. */
function changed(body: unknown, chance: Chance, change: (holder: Record<string, unknown>, key: string) => void): unknown {
  const copy = structuredClone(body)
  const places: [Record<string, unknown>, string][] = []
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    for (const [key, child] of Object.entries(value)) {
      places.push([value as Record<string, unknown>, key])
      visit(child)
    }
  }
  visit(copy)
  if (places.length > 0) change(...chance.pick(places))
  return copy
}

const replaced = (body: unknown, chance: Chance, value: () => unknown) =>
  changed(body, chance, (holder, key) => void (holder[key] = value()))
const removed = (body: unknown, chance: Chance) => changed(body, chance, (holder, key) => void Reflect.deleteProperty(holder, key))
const extended = (body: unknown, chance: Chance) =>
  changed(body, chance, (holder) => void Object.assign(holder, { [text(chance) || 'x']: oddValue(chance) }))

/** One documented limit of the body, exceeded by one. */
function exceeded(body: unknown, operation: Operation, chance: Chance): unknown {
  const limited = Object.entries(operation.body?.schema.properties ?? {}).filter(([, schema]) => limitOf(schema) !== undefined)
  if (limited.length === 0) return oddValue(chance)
  const [name, schema] = chance.pick(limited)
  const limit = limitOf(schema) ?? 0
  return { ...(body as object), [name]: schema.maximum === undefined ? 'x'.repeat(limit + 1) : limit + 1 }
}

function limitOf(schema: Schema): number | undefined {
  return schema.maxLength ?? schema.maximum
}

function safely(value: string): string {
  return encodeURIComponent(value.toWellFormed())
}
