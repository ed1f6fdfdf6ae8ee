import modelToEncoding from 'tiktoken/model_to_encoding.json' with { type: 'json' }
import type { Encoding } from '../core/types.ts'

/** How the tokens of a model are counted: by an encoding, or estimated at `factor` times o200k_base. */
export type Counting = { readonly encoding: Encoding } | { readonly factor: number }

export const ENCODINGS: readonly Encoding[] = ['o200k_base', 'cl100k_base', 'p50k_base', 'r50k_base']

/** Encodings of tiktoken that split ordinary text exactly like one of the four (they differ in special tokens only). */
const SAME_AS: Readonly<Record<string, Encoding>> = { gpt2: 'r50k_base', p50k_edit: 'p50k_base' }

const MODELS: Readonly<Record<string, string>> = modelToEncoding

/** Families by the beginning of their names, for models younger than tiktoken's table. The longest beginning that fits decides. */
const FAMILIES: readonly (readonly [prefix: string, counting: Counting])[] = [
  ['gpt-5', { encoding: 'o200k_base' }],
  ['gpt-4.1', { encoding: 'o200k_base' }],
  ['gpt-4.5', { encoding: 'o200k_base' }],
  ['gpt-4o', { encoding: 'o200k_base' }],
  ['gpt-oss', { encoding: 'o200k_base' }],
  ['chatgpt-4o', { encoding: 'o200k_base' }],
  ['o1', { encoding: 'o200k_base' }],
  ['o3', { encoding: 'o200k_base' }],
  ['o4', { encoding: 'o200k_base' }],
  ['gpt-4', { encoding: 'cl100k_base' }],
  ['gpt-3.5', { encoding: 'cl100k_base' }],
  ['gpt-35', { encoding: 'cl100k_base' }],
  ['text-embedding-3', { encoding: 'cl100k_base' }],
  // Claude's tokenizer is not public, and changed since version 2, the last that was: 1.35 times as many tokens are reported.
  ['claude', { factor: 2.1 }],
  ['gemini', { factor: 1.6 }],
  ['gemma', { factor: 1.6 }],
  ['llama', { factor: 1.6 }],
  ['mistral', { factor: 1.6 }],
  ['mixtral', { factor: 1.6 }],
  ['codestral', { factor: 1.6 }],
  ['command', { factor: 1.6 }],
  ['deepseek', { factor: 1.6 }],
  ['qwen', { factor: 1.6 }],
  ['grok', { factor: 1.6 }],
  ['phi', { factor: 1.6 }],
]

/** What is known about a name: an encoding, a model of tiktoken's table, or a member of a family; null for none of them. */
export function countingOf(name: string): Counting | null {
  const direct = encodingNamed(name) ?? encodingNamed(MODELS[name] ?? '')
  if (direct !== null) return { encoding: direct }
  const fitting = FAMILIES.filter(([prefix]) => belongs(name, prefix)).toSorted(([a], [b]) => b.length - a.length)
  return fitting[0]?.[1] ?? null
}

/** Names for an error message: encodings, then families with a star. */
export const knownNames = (): readonly string[] => [...ENCODINGS, ...FAMILIES.map(([prefix]) => `${prefix}*`)]

function encodingNamed(name: string): Encoding | null {
  return ENCODINGS.find((encoding) => encoding === name) ?? (Object.hasOwn(SAME_AS, name) ? (SAME_AS[name] ?? null) : null)
}

/** `gpt-4` begins `gpt-4-turbo` and `o1` begins `o1-mini`, but not `o1x`. */
function belongs(name: string, prefix: string): boolean {
  return name.startsWith(prefix) && !/^[a-z]/u.test(name.slice(prefix.length))
}
