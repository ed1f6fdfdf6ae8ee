/** Looked at of a text, to say what it is. */
const HEAD_CHARACTERS = 65_536

/** Media type of a text by its look alone; plain text where nothing else is plain. */
export function sniffText(text: string): string {
  const head = text.slice(0, HEAD_CHARACTERS).replace(/^\uFEFF?\s+/u, '')
  if (isHtmlPage(head)) return 'text/html'
  if (/^(?:\{\\rtf|%!PS)/u.test(head)) return head.startsWith('%') ? 'application/postscript' : 'application/rtf'
  if (/^<\?xml\s/u.test(head)) return 'application/xml'
  if (isJsonLines(text)) return 'application/x-ndjson'
  if (/^[[{]/u.test(head) && isJson(text)) return 'application/json'
  return delimitedBy(head, '\t') ? 'text/tab-separated-values' : delimitedBy(head, ',') ? 'text/csv' : 'text/plain'
}

/** A page says so itself at its beginning, whatever its name is. */
export function isHtmlPage(text: string): boolean {
  return /^(?:\s|<\?xml[^>]{0,200}\?>|<!--(?:[^-]|-(?!->)){0,4000}-->)*<(?:!doctype\s+html|html[\s>])/iu.test(text.slice(0, 8192))
}

/** Two lines or more, each an object. */
export function isJsonLines(text: string): boolean {
  const head = text.slice(0, HEAD_CHARACTERS).trimStart()
  if (!head.startsWith('{')) return false
  const lines = head.split('\n').filter((line) => line.trim() !== '')
  const whole = text.length <= HEAD_CHARACTERS ? lines : lines.slice(0, -1)
  return whole.length >= 2 && whole.slice(0, 3).every((line) => line.trimStart().startsWith('{') && isJson(line))
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** Three lines or more with the same number of fields; a comma in prose is followed by a space. */
function delimitedBy(head: string, delimiter: '\t' | ','): boolean {
  const lines = head
    .split(/\r\n?|\n/u)
    .slice(0, -1)
    .filter((line) => line !== '')
    .slice(0, 20)
  const fields = lines.map((line) => line.replace(/"(?:[^"]|"")*"/gu, '').split(delimiter))
  const width = fields[0]?.length ?? 0
  const isEven = lines.length >= 3 && width >= 2 && fields.every((each) => each.length === width)
  return isEven && (delimiter === '\t' || !fields.some((each) => each.slice(1).some((field) => field.startsWith(' '))))
}
