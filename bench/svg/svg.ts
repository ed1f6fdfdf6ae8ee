type Attributes = Readonly<Record<string, string | number>>

/** One element; numbers are written to a tenth. Texts among the children are escaped by `text`. */
export function element(name: string, attributes: Attributes, ...children: readonly string[]): string {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${typeof value === 'number' ? short(value) : escaped(value)}"`)
  return children.length === 0 ? `<${name}${written.join('')}/>` : `<${name}${written.join('')}>${children.join('')}</${name}>`
}

export const label = (x: number, y: number, text: string, attributes: Attributes = {}): string =>
  element('text', { x, y, ...attributes }, escaped(text))

export const line = (x1: number, y1: number, x2: number, y2: number, attributes: Attributes): string =>
  element('line', { x1, y1, x2, y2, ...attributes })

/** A whole picture on a light ground, legible whatever the page around it. */
export const picture = (width: number, height: number, title: string, children: readonly string[]): string =>
  [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" font-family="system-ui, sans-serif" font-size="12" fill="#1f2430">`,
    `<title>${escaped(title)}</title>`,
    element('rect', { width, height, fill: '#ffffff' }),
    ...children,
    '</svg>',
    '',
  ].join('\n')

const short = (value: number): string => String(Math.round(value * 10) / 10)
const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
