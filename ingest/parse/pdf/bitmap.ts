/** A picture as pdf.js decodes it. */
export interface Picture {
  readonly width: number
  readonly height: number
  /** Rows of packed bits (each row begins with a byte), or of 3 or 4 bytes a pixel. */
  readonly data: Uint8Array | Uint8ClampedArray
}

/** The picture in shades of grey as a binary PGM (netpbm, P5); null where the data is neither of the layouts that pdf.js uses. */
export function greyMap({ width, height, data }: Picture): Uint8Array | null {
  const pixels = width * height
  const shade = shadeOf(width, height, data)
  if (shade === null || pixels === 0) return null
  const head = new TextEncoder().encode(`P5\n${width} ${height}\n255\n`)
  const map = new Uint8Array(head.length + pixels)
  map.set(head)
  for (let at = 0; at < pixels; at++) map[head.length + at] = shade(at)
  return map
}

function shadeOf(width: number, height: number, data: Picture['data']): ((at: number) => number) | null {
  const row = Math.ceil(width / 8)
  const bytes = data.length / (width * height)
  if (bytes === 1) return (at) => data[at] ?? 0
  if (bytes === 3 || bytes === 4) return (at) => grey(data[at * bytes] ?? 0, data[at * bytes + 1] ?? 0, data[at * bytes + 2] ?? 0)
  if (data.length !== row * height) return null
  return (at) => {
    const [x, y] = [at % width, Math.floor(at / width)]
    return ((data[y * row + (x >> 3)] ?? 0) >> (7 - (x & 7))) & 1 ? 255 : 0
  }
}

/** ITU-R BT.601. */
const grey = (red: number, green: number, blue: number): number => 0.299 * red + 0.587 * green + 0.114 * blue
