import type { Chance } from './random.ts'

/** Texts that have broken something somewhere. */
const TEXTS = [
  '',
  ' ',
  '\0',
  '\n\r\t',
  '\u202e\u0000\uffff',
  '\ud800',
  '\udc00\ud800',
  '\ufeff',
  '💥'.repeat(300),
  'e\u0301'.repeat(2000),
  'x'.repeat(70_000),
  '../../etc/passwd',
  '__proto__',
  'constructor',
  'toString',
  "'; drop table api_keys --",
  'id = 99) OR (true',
  '${7*7}{{7*7}}',
  '%00%ff%2f%2e%2e',
  '<script>alert(1)</script>',
  'NaN',
  'null',
  '-1',
  '9'.repeat(400),
  '2026-13-45',
]

const NUMBERS = [0, -0, -1, 1.5, 1e-300, 1e308, 2 ** 31, 2 ** 53 + 2, -(2 ** 63), 999_999_999_999]

export const text = (chance: Chance): string => chance.pick(TEXTS)

/** A value that was not asked for. */
export function oddValue(chance: Chance): unknown {
  const makers: readonly (() => unknown)[] = [
    () => null,
    () => text(chance),
    () => text(chance),
    () => chance.pick(NUMBERS),
    () => chance.pick([true, false]),
    () => [],
    () => ({}),
    () => [null, [], {}, 'x', 1],
    () => ({ [text(chance)]: text(chance) }),
    () => nested(chance.pick([3, 12, 40, 400]), chance.pick(['list', 'object'])),
    () => Array.from({ length: 2000 }, (_, i) => i),
    () => oddFilter(chance, 5),
  ]
  return chance.pick(makers)()
}

function nested(depth: number, kind: 'list' | 'object'): unknown {
  let value: unknown = 'x'
  for (let i = 0; i < depth; i += 1) value = kind === 'list' ? [value] : { and: [value] }
  return value
}

/** Something that looks like a filter, right or wrong. */
export function oddFilter(chance: Chance, depth: number): unknown {
  const op = chance.pick(['and', 'or', 'not', 'eq', 'ne', 'gt', 'gte', 'lt', 'lte', 'in', 'exists', 'like', '__proto__'])
  const child = () => (depth === 0 ? null : oddFilter(chance, depth - 1))
  const argument = (): unknown => {
    if (op === 'and' || op === 'or') return Array.from({ length: chance.below(3) }, child)
    if (op === 'not') return child()
    if (op === 'exists') return chance.pick(['product', text(chance), 1])
    if (op === 'in') return ['product', chance.pick<unknown>([['a'], [], 'a', [text(chance), 1, null]])]
    return chance.pick<unknown>([
      ['product', 'api'],
      ['updated', 1],
      ['product'],
      ['product', null],
      ['product', text(chance)],
      [text(chance), 1],
    ])
  }
  return { [op]: argument() }
}
