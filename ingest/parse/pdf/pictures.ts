import type { PdfPage } from './open-pdf.ts'

/** Names of the pictures that a page paints, in the order in which it does. */
export async function picturesOn(page: PdfPage): Promise<readonly string[]> {
  const { getResolvedPDFJS } = await import('unpdf')
  const { OPS } = await getResolvedPDFJS()
  const { fnArray, argsArray } = await page.getOperatorList()
  return fnArray.flatMap((operator, at) => {
    const name = (argsArray[at] as readonly unknown[] | null)?.[0]
    const isPicture = operator === OPS.paintImageXObject || operator === OPS.paintImageXObjectRepeat
    return isPicture && typeof name === 'string' ? [name] : []
  })
}
