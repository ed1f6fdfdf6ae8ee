import { buffer } from 'node:stream/consumers'
import { pack } from 'tar-stream'
import { ZipFile } from 'yazl'

type Files = Readonly<Record<string, string | Uint8Array>>

export function zipOf(files: Files): Promise<Buffer> {
  const zip = new ZipFile()
  for (const [name, content] of Object.entries(files)) zip.addBuffer(Buffer.from(content), name, { compress: name !== 'mimetype' })
  zip.end()
  return buffer(zip.outputStream)
}

/** With links: a name that ends in ` -> target` is one. */
export async function tarOf(files: Files): Promise<Buffer> {
  const tar = pack()
  for (const [name, content] of Object.entries(files)) {
    const [path = '', linkname] = name.split(' -> ')
    if (linkname === undefined) tar.entry({ name: path }, Buffer.from(content))
    else tar.entry({ name: path, type: 'symlink', linkname })
  }
  tar.finalize()
  return buffer(tar as AsyncIterable<Buffer> as never)
}
