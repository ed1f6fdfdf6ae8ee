const END_OF_DIRECTORY = 0x06054b50
const DIRECTORY_ENTRY = 0x02014b50
const END_BYTES = 22
const ENTRY_BYTES = 46
const COMMENT_BYTES = 65_535

/**
 * Names in the directory at the end of a zip file, at most `limit`; empty where there is none. Only to tell what kind of file it is: an office
 * document is a zip with parts of known names. Layout: PKWARE APPNOTE 4.3.12 and 4.3.16.
 */
export function zipNames(bytes: Uint8Array, limit: number): readonly string[] {
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const end = endOfDirectory(data)
  const names: string[] = []
  let at = end === null ? data.length : data.readUInt32LE(end + 16)
  while (names.length < limit && at + ENTRY_BYTES <= data.length && data.readUInt32LE(at) === DIRECTORY_ENTRY) {
    const length = data.readUInt16LE(at + 28)
    names.push(data.toString('utf8', at + ENTRY_BYTES, at + ENTRY_BYTES + length))
    at += ENTRY_BYTES + length + data.readUInt16LE(at + 30) + data.readUInt16LE(at + 32)
  }
  return names
}

function endOfDirectory(data: Buffer): number | null {
  for (let at = data.length - END_BYTES; at >= 0 && at >= data.length - END_BYTES - COMMENT_BYTES; at--) {
    if (data.readUInt32LE(at) === END_OF_DIRECTORY) return at
  }
  return null
}
