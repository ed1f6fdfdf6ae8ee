import { performance } from 'node:perf_hooks'
import { SingleBar } from 'cli-progress'
import type { Progress } from '../core/ports/command.ts'
import type { Output } from './output.ts'

/** Where nobody watches a bar, a log should not fill with it either. */
const LINE_EVERY_MS = 5000

/** A bar that redraws itself, a line every few seconds, or nothing. `total` is null where nobody knows it. */
export function createProgress(
  label: string,
  total: number | null,
  style: 'bar' | 'lines' | 'silent',
  to: Output,
  now: () => number = () => performance.now(),
): Progress {
  if (style === 'bar') return bar(label, total, to)
  return style === 'lines' ? lines(label, total, to, now) : { advance: () => undefined, stop: () => undefined }
}

function bar(label: string, total: number | null, to: Output): Progress {
  const format = total === null ? '{label} {value} in {duration_formatted} {note}' : '{label} {bar} {value}/{total} {eta_formatted} {note}'
  const single = new SingleBar({
    format,
    stream: to as unknown as NodeJS.WritableStream,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    hideCursor: true,
    etaBuffer: 50,
  })
  single.start(total ?? 0, 0, { label, note: '' })
  return {
    advance: (by, note = '') => single.increment(by, { note }),
    stop: () => single.stop(),
  }
}

function lines(label: string, total: number | null, to: Output, now: () => number): Progress {
  let value = 0
  let written = now()
  const write = (note: string) => to.write(`${label} ${value}${total === null ? '' : `/${total}`}${note === '' ? '' : ` ${note}`}\n`)
  return {
    advance(by, note = '') {
      value += by
      if (now() - written < LINE_EVERY_MS) return
      written = now()
      write(note)
    },
    stop() {
      if (value > 0) write(total === null || value >= total ? 'done' : 'stopped')
    },
  }
}
