import { AppError } from '../../src/core/errors.ts'
import { closing, type Ending } from './parser-child.ts'
import type { ParserSettings } from './parse-settings.ts'

const MIB = 1024 * 1024

/** What the end of a process means for the document that it was at. */
export function endingError(ending: Ending, trace: string, settings: ParserSettings): AppError {
  if (ending === 'memory') {
    const maximum = settings.memoryBytes
    return new AppError('parser_limit', `Reading the file takes more than ${Math.floor(maximum / MIB)} MiB of memory`, {
      limit: 'memory_bytes',
      maximum,
    })
  }
  if (ending === 'time') {
    const maximum = settings.timeMs
    return new AppError('parser_limit', `Reading the file takes more than ${maximum} ms`, { limit: 'time_ms', maximum })
  }
  if (ending === 'stopped') return closing()
  const line = trace.split('\n').find((each) => /\w*Error\b|FATAL/u.test(each)) ?? ''
  return new AppError('parser_died', `The parser died of the file${line === '' ? '' : `: ${line.trim().slice(0, 200)}`}`)
}
