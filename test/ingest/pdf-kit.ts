import { deflateSync } from 'node:zlib'

/** A picture of black (0) and white (1) pixels in rows of whole bytes. */
export interface BitPicture {
  readonly width: number
  readonly height: number
  readonly bits: Uint8Array
}

export interface TestLine {
  readonly text: string
  readonly x: number
  /** From the bottom of the page, 792 points high. */
  readonly y: number
  readonly size?: number
}

export interface TestPage {
  readonly lines?: readonly TestLine[]
  readonly picture?: BitPicture
}

/** A PDF of Letter pages in Helvetica, with what it says about itself. */
export function pdfOf(pages: readonly TestPage[], info: Readonly<Record<string, string>> = {}): Uint8Array {
  const objects: Buffer[] = []
  const add = (body: string | Buffer): number => objects.push(typeof body === 'string' ? Buffer.from(body, 'latin1') : body)
  const font = add('<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>')
  const parent = objects.length + 1 + pages.length * 3
  const kids = pages.map((page) => addPage(page, { add, font, parent }))
  // Every page has three objects, so that the number of their parent is known before.
  add(`<< /Type /Pages /Count ${pages.length} /Kids [${kids.map((kid) => `${kid} 0 R`).join(' ')}] >>`)
  const catalogue = add(`<< /Type /Catalog /Pages ${parent} 0 R >>`)
  const facts = add(
    `<< ${Object.entries(info)
      .map(([key, value]) => `/${key} ${literal(value)}`)
      .join(' ')} >>`,
  )
  return written(objects, catalogue, facts)
}

interface Adding {
  readonly add: (body: string | Buffer) => number
  readonly font: number
  readonly parent: number
}

function addPage({ lines = [], picture }: TestPage, { add, font, parent }: Adding): number {
  const image = add(picture === undefined ? 'null' : imageOf(picture))
  const text = lines.map(({ text, x, y, size = 10 }) => `BT /F ${size} Tf ${x} ${y} Td ${literal(text)} Tj ET`)
  const content = [...text, ...(picture === undefined ? [] : ['q 540 0 0 96 36 600 cm /I Do Q'])].join('\n')
  const stream = add(streamOf('', Buffer.from(content, 'latin1')))
  const images = picture === undefined ? '' : `/XObject << /I ${image} 0 R >>`
  const resources = `<< /Font << /F ${font} 0 R >> ${images} >>`
  return add(`<< /Type /Page /Parent ${parent} 0 R /MediaBox [0 0 612 792] /Contents ${stream} 0 R /Resources ${resources} >>`)
}

const imageOf = ({ width, height, bits }: BitPicture): Buffer =>
  streamOf(
    `/Type /XObject /Subtype /Image /Width ${width} /Height ${height} /ColorSpace /DeviceGray /BitsPerComponent 1`,
    Buffer.from(bits),
  )

function streamOf(entries: string, data: Buffer): Buffer {
  const packed = deflateSync(data)
  const head = `<< ${entries} /Filter /FlateDecode /Length ${packed.length} >>\nstream\n`
  return Buffer.concat([Buffer.from(head, 'latin1'), packed, Buffer.from('\nendstream', 'latin1')])
}

const literal = (text: string): string => `(${text.replace(/[\\()]/gu, '\\$&')})`

function written(objects: readonly Buffer[], root: number, info: number): Uint8Array {
  const parts: Buffer[] = [Buffer.from('%PDF-1.4\n', 'latin1')]
  const offsets: number[] = []
  let length = parts[0]?.length ?? 0
  for (const [at, body] of objects.entries()) {
    offsets.push(length)
    const part = Buffer.concat([Buffer.from(`${at + 1} 0 obj\n`, 'latin1'), body, Buffer.from('\nendobj\n', 'latin1')])
    parts.push(part)
    length += part.length
  }
  const rows = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('')
  const size = objects.length + 1
  parts.push(
    Buffer.from(
      `xref\n0 ${size}\n0000000000 65535 f \n${rows}trailer << /Size ${size} /Root ${root} 0 R /Info ${info} 0 R >>\nstartxref\n${length}\n%%EOF\n`,
      'latin1',
    ),
  )
  return Uint8Array.from(Buffer.concat(parts))
}
