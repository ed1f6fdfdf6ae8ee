import { AppError } from '../../../src/core/errors.ts'

/** Rejects `document_unreadable` for XML with a DTD (entities, external files) and for elements nested deeper than `depth`. Linear in its length. */
export function checkXml(xml: string, depth: number): void {
  if (/<!DOCTYPE|<!ENTITY/iu.test(xml)) {
    throw new AppError('document_unreadable', 'The Word document has a DTD, which none of its parts may have', { reason: 'malformed' })
  }
  let open = 0
  for (const [tag] of xml.matchAll(/<(?:[A-Za-z_/][^<>]*)>/gu)) {
    if (tag.startsWith('</')) open--
    else if (!tag.endsWith('/>') && ++open > depth) {
      throw new AppError('document_unreadable', `The Word document is nested deeper than ${depth} levels`, {
        reason: 'malformed',
        limit: depth,
      })
    }
  }
}
