import { AppError } from '../../../src/core/errors.ts'
import type { Json } from '../../../src/core/types.ts'
import { normaliseLineEndings } from '../line-endings.ts'
import type { ParsedContent } from '../parsed.ts'
import type { FormatSettings } from '../parse-settings.ts'
import { parsePlainText } from '../plain-text.ts'
import { writeBlocks, type BlockText } from '../write-blocks.ts'

/** Longer values are blocks of their own, which are cut between sentences. */
const LONG_VALUE = 300

/**
 * JSON as lines of `path: value`, one block for each member of the outermost object or array, so that each line can be read alone. What is no JSON
 * (comments, a broken line) is taken as plain text and warned of. Rejects `document_unreadable` for values nested too deeply.
 */
export function parseJson(content: string, { markupDepth }: Pick<FormatSettings, 'markupDepth'>): ParsedContent {
  const value = read(content)
  if (value === undefined) return { ...parsePlainText(content), warnings: ['not valid JSON: read as text'] }
  return { ...writeBlocks(blocksOf(value, markupDepth)), title: titleOf(value), metadata: {} }
}

/** JSON lines that are no records with a text: each line by itself, those that are no JSON as they stand. */
export function parseJsonLines(content: string, { markupDepth }: Pick<FormatSettings, 'markupDepth'>): ParsedContent {
  let broken = 0
  const blocks = normaliseLineEndings(content)
    .split('\n')
    .flatMap((line): readonly BlockText[] => {
      if (line.trim() === '') return []
      const value = read(line)
      if (value === undefined) broken++
      return value === undefined ? [{ kind: 'paragraph', text: line.trim() }] : joined(leavesOf(value, '', markupDepth))
    })
  const warnings = broken === 0 ? [] : [`${broken} ${broken === 1 ? 'line is' : 'lines are'} not valid JSON: read as text`]
  return { ...writeBlocks(blocks), title: null, metadata: {}, warnings }
}

/** Undefined for what is no JSON. */
function read(content: string): Json | undefined {
  try {
    return JSON.parse(normaliseLineEndings(content)) as Json
  } catch {
    return undefined
  }
}

function titleOf(value: Json): string | null {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return null
  const { title, name } = value as Readonly<Record<string, Json>>
  return typeof title === 'string' ? title : typeof name === 'string' ? name : null
}

function blocksOf(value: Json, depth: number): readonly BlockText[] {
  const members = childrenOf(value, '')
  if (members === null) return joined(leavesOf(value, '', depth))
  const blocks: BlockText[] = []
  let plain: Leaf[] = []
  for (const [path, member] of members) {
    const leaves = leavesOf(member, path, depth)
    // Plain members that follow each other stand together.
    if (childrenOf(member, path) === null) plain.push(...leaves)
    else {
      blocks.push(...joined(plain), ...joined(leaves))
      plain = []
    }
  }
  return [...blocks, ...joined(plain)]
}

interface Leaf {
  readonly path: string
  readonly value: string
}

/** In the order of the document, without recursion: JSON may be nested deeper than a stack. Empty values say nothing and are left out. */
function leavesOf(root: Json, rootPath: string, depth: number): readonly Leaf[] {
  const leaves: Leaf[] = []
  const open: { readonly path: string; readonly value: Json; readonly level: number }[] = [{ path: rootPath, value: root, level: 1 }]
  for (let each = open.pop(); each !== undefined; each = open.pop()) {
    const { path, value, level } = each
    if (level > depth) throw new AppError('document_unreadable', `The JSON is nested deeper than ${depth} levels`, { limit: depth })
    const children = childrenOf(value, path)
    if (children !== null) {
      for (const [childPath, child] of children.toReversed()) open.push({ path: childPath, value: child, level: level + 1 })
    } else if (typeof value !== 'object' && value !== '') leaves.push({ path, value: String(value) })
  }
  return leaves
}

/** Path and value of each member; null for a value without. */
function childrenOf(value: Json, path: string): readonly (readonly [string, Json])[] | null {
  if (value === null || typeof value !== 'object') return null
  if (Array.isArray(value)) return (value as readonly Json[]).map((child, at) => [`${path}[${at}]`, child])
  return Object.entries(value).map(([key, child]) => {
    const name = /^[\p{L}_$][\p{L}\p{N}_$-]*$/u.test(key) ? key : JSON.stringify(key)
    return [path === '' ? name : `${path}.${name}`, child]
  })
}

/** Short values as lines of one block, long ones as paragraphs between. */
function joined(leaves: readonly Leaf[]): readonly BlockText[] {
  const blocks: BlockText[] = []
  let lines: string[] = []
  const close = (): void => {
    if (lines.length > 0) blocks.push({ kind: 'code', text: lines.join('\n') })
    lines = []
  }
  for (const { path, value } of leaves) {
    const text = value.replace(/\s+/gu, ' ').trim()
    if (text === '') continue
    // JSON may escape half of a pair.
    const line = (path === '' ? text : `${path}: ${text}`).toWellFormed()
    if (text.length > LONG_VALUE) {
      close()
      blocks.push({ kind: 'paragraph', text: line })
    } else lines.push(line)
  }
  close()
  return blocks
}
