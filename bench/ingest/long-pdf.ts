const LINES_A_PAGE = 40
const LINE_CHARACTERS = 80

/**
 * A PDF of many pages of plain text, by hand: a catalogue, one font, and for each page an object and its content, with the table of offsets
 * at the end (ISO 32000-1, 7.5).
 */
export function longPdf(pages: number, lineOf: (page: number, line: number) => string): Buffer<ArrayBuffer> {
  const objects: string[] = []
  const add = (body: string): number => objects.push(body)
  add('<< /Type /Catalog /Pages 2 0 R >>')
  add('')
  add('<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>')
  const kids: number[] = []
  for (let page = 0; page < pages; page += 1) {
    const lines = Array.from({ length: LINES_A_PAGE }, (_, line) => `(${escaped(lineOf(page, line))}) Tj T*`)
    const content = `BT /F1 10 Tf 50 760 Td 14 TL\n${lines.join('\n')}\nET`
    const stream = add(`<< /Length ${content.length} >>\nstream\n${content}\nendstream`)
    kids.push(add(`<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> /Contents ${stream} 0 R >>`))
  }
  objects[1] = `<< /Type /Pages /Kids [${kids.map((id) => `${id} 0 R`).join(' ')}] /Count ${pages} >>`
  const parts = ['%PDF-1.4\n']
  const offsets: number[] = []
  let length = parts[0]?.length ?? 0
  for (const [i, body] of objects.entries()) {
    const text = `${i + 1} 0 obj\n${body}\nendobj\n`
    offsets.push(length)
    parts.push(text)
    length += text.length
  }
  const table = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('')
  parts.push(
    `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${table}trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${length}\n%%EOF\n`,
  )
  return Buffer.from(parts.join(''), 'latin1')
}

const escaped = (text: string): string =>
  text
    .slice(0, LINE_CHARACTERS)
    .replaceAll(/[^\x20-\x7e]/g, ' ')
    .replaceAll(/[\\()]/g, String.raw`\$&`)
