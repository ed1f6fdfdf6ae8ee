import { AppError } from '../src/core/errors.ts'
import type { FieldType, IndexDeclaration } from '../src/core/types.ts'
import { canonicalJson } from '../src/core/text/canonical-json.ts'
import { checkName } from './layout.ts'

/** What LanceDB's full-text index can stem; any other name aborts the whole process inside it. */
export const LANGUAGES: readonly string[] =
  'Arabic Danish Dutch English Finnish French German Greek Hungarian Italian Norwegian Portuguese Romanian Russian Spanish Swedish Tamil Turkish'.split(
    ' ',
  )
const ENCODINGS: readonly string[] = ['o200k_base', 'cl100k_base', 'p50k_base', 'r50k_base']
const FIELD_TYPES: readonly FieldType[] = ['keyword', 'number', 'date', 'boolean']
const FIELD_NAME = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/

/** Rejects `invalid_request` for a declaration that cannot become an index. */
export function checkDeclaration(declaration: IndexDeclaration, fieldLimit: number): void {
  checkName('index', declaration.name)
  const names = Object.keys(declaration.fields)
  const refuse = (message: string, details: Record<string, unknown>): never => {
    throw new AppError('invalid_request', message, details)
  }
  if (!LANGUAGES.includes(declaration.language))
    refuse(`There is no stemmer for ${declaration.language}, but for ${LANGUAGES.join(', ')}`, { allowed: LANGUAGES })
  if (!declaration.encodings.every((name) => ENCODINGS.includes(name)))
    refuse(`Encodings are ${ENCODINGS.join(', ')}`, { allowed: ENCODINGS })
  if (new Set(declaration.encodings).size < declaration.encodings.length) refuse('An encoding stands twice', {})
  if (names.length > fieldLimit) refuse('The index declares too many fields', { limit: fieldLimit })
  for (const name of names) {
    const type = declaration.fields[name]
    if (!FIELD_NAME.test(name)) refuse(`A field name must match ${FIELD_NAME.source}`, { field: name.slice(0, 80) })
    if (type === undefined || !FIELD_TYPES.includes(type)) refuse('A field has no such type', { field: name, allowed: FIELD_TYPES })
  }
  const folded = new Set(names.map((name) => name.toLowerCase()))
  if (folded.size < names.length) refuse('Two fields differ in upper and lower case only', {})
}

/** Equal declarations whatever the order of their fields and encodings. */
export function sameDeclaration(a: IndexDeclaration, b: IndexDeclaration): boolean {
  const key = (one: IndexDeclaration): string => canonicalJson({ ...one, encodings: [...one.encodings].sort() })
  return key(a) === key(b)
}
