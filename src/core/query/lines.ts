/**
 * `prose`: what somebody wrote. `error`: what a program said went wrong; `log_error`: the same as a line of a log. `data`: other pasted logs, JSON, markup, tables.
 * `frame`: lines of a stack trace, which name places in somebody's code and nothing that a document says.
 */
export type LineKind = 'prose' | 'error' | 'log_error' | 'data' | 'frame'

export interface Line {
  readonly kind: LineKind
  readonly text: string
}

/** As much of a line as decides its kind. */
const HEAD_CHARACTERS = 300

const FRAMES: readonly RegExp[] = [
  /^at (?:async )?\S+:\d+(?::\d+)?$/,
  /^File "[^"]*", line \d+/,
  /^from \S+:\d+:in /,
  /^\.\.\. \d+ (?:more|common frames)/,
  /^goroutine \d+ \[/,
  /^#\d+ +(?:0x[\da-f]+|\S+\(\d+\):) /i,
  /^Traceback \(most recent call last\):$/,
  /^Exception in thread "[^"]*"$/,
]
/** `at Some.name [as alias] (file:line)`, of JavaScript and of Java. */
const CALL = /^at [^(]*\([^()]*\)$/
const CALL_PLACE = /(?::\d+|Native Method|Unknown Source|<anonymous>|native)\)$/
const ERROR =
  /^(?:uncaught |unhandled |caused by: |exception in thread )*(?:[\w.$/]*(?:error|exception|warning|fault|panic)\b[^\s:]*:|fatal:|error\[|npm err!|panic:)/i
const LOG =
  /^(?:\[?\d{4}[-/]\d\d[-/]\d\d[T ]\d|\[?\d\d:\d\d:\d\d|[A-Z][a-z]{2} +\d{1,2} \d\d:\d\d:|\[(?:TRACE|DEBUG|INFO|WARN|WARNING|ERROR|FATAL)\]|(?:TRACE|DEBUG|INFO|WARN)\b|\d{1,3}(?:\.\d{1,3}){3} - )/
const LOGGED_ERROR = /\b(?:ERROR|FATAL|SEVERE|CRITICAL|Exception)\b/
const JSON_LIKE = /^(?:[{}[\]],?$|[{[] ?["{[]|"[^"]*" ?: |"[^"]*":)/
const MARKUP = /^<[!?/]?[a-z][^>]*>/i
const SEPARATOR = /^[^\p{L}\d]+$/u
const LOGFMT = /^(?:\w+=\S+ +){2}/

/** The lines of a query with what they are; pasted JSON inside a line of prose gets a line of its own. Empty lines are left out. */
export function linesOf(query: string): Line[] {
  let isInTrace = false
  return splitOffJson(query)
    .split(/\r\n|[\n\r\u2028\u2029]/)
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const text = line.trim()
      // The source line that Python prints under a frame.
      const kind = isInTrace && /^ {4}/.test(line) ? 'frame' : kindOf(text.slice(0, HEAD_CHARACTERS))
      isInTrace = kind === 'frame'
      return { kind, text }
    })
}

function kindOf(head: string): LineKind {
  if (FRAMES.some((frame) => frame.test(head)) || (CALL.test(head) && CALL_PLACE.test(head))) return 'frame'
  if (LOG.test(head)) return LOGGED_ERROR.test(head) ? 'log_error' : 'data'
  if (ERROR.test(head)) return 'error'
  return [JSON_LIKE, MARKUP, SEPARATOR, LOGFMT].some((pattern) => pattern.test(head)) ? 'data' : 'prose'
}

/** From the first `{"` to the last `}`, if there are both. */
function splitOffJson(query: string): string {
  const start = query.search(/\{\s{0,8}"/)
  const end = query.lastIndexOf('}') + 1
  if (start < 0 || end <= start) return query
  return `${query.slice(0, start)}\n${query.slice(start, end)}\n${query.slice(end)}`
}
