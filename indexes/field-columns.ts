import { AppError } from '../src/core/errors.ts'
import type { FieldType, IndexDeclaration, Metadata } from '../src/core/types.ts'
import type { Column } from './arrow-table.ts'
import { fieldColumn, fieldValue } from './fields.ts'

function cell(name: string, type: FieldType, metadata: Metadata, keywordCharacters: number): string | number | bigint | null {
  const value = Object.hasOwn(metadata, name) ? metadata[name] : null
  if (value === null) return null
  const checked = fieldValue(type, value, keywordCharacters)
  if (checked === undefined) {
    throw new AppError('invalid_document', `The metadata field ${name} is declared as ${type}, which its value is not`, {
      field: name,
      type,
    })
  }
  return type === 'date' ? BigInt(checked) : checked
}

/** The columns of the declared fields. A field that is absent or null is null; one of the wrong type rejects `invalid_document`. */
export function fieldsOf(rows: readonly Metadata[], declaration: IndexDeclaration, keywordCharacters: number): Record<string, Column> {
  return Object.fromEntries(
    Object.entries(declaration.fields).map(([name, type]) => [
      fieldColumn(name),
      rows.map((metadata) => cell(name, type, metadata, keywordCharacters)),
    ]),
  )
}
