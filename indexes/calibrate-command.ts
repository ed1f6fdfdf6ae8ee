import { AppError, invariant } from '../src/core/errors.ts'
import type { Command, CommandInput, CommandTools, ExitCode, Terminal } from '../src/core/ports/command.ts'
import { indexRoute } from './index-route.ts'
import { jsonLines } from './json-lines.ts'

interface WireCalibration {
  readonly type: 'calibration'
  readonly threshold: number
  readonly own: { readonly questions: number; readonly made: boolean; readonly abstain: number }
  readonly foreign: { readonly questions: number; readonly abstain: number }
}

type WireLine = { readonly type: 'asked'; readonly asked: number; readonly questions: number } | WireCalibration

/** `ration calibrate`: where an index begins to say that it knows nothing. */
export const calibrateCommand: Command = {
  name: 'calibrate',
  summary: 'Find where an index begins to abstain, and keep that with it',
  arguments: [{ flags: '<index>', description: 'name of the index' }],
  options: [
    {
      flags: '--questions <file>',
      description: 'questions that the index answers, as JSON lines with a "text"; without, some are made out of its documents',
    },
    { flags: '--lost <share>', description: 'share of them that may get no answer (default: the setting calibration.own_lost)' },
  ],
  examples: ['ration calibrate docs --questions asked-last-month.jsonl', 'ration calibrate docs --lost 0.01 --json'],
  run,
}

async function run(input: CommandInput, tools: CommandTools): Promise<ExitCode> {
  const [name = ''] = input.arguments
  const { terminal, signal } = tools
  const { questions, lost } = input.options
  const path = indexRoute(input, `/calibrate${typeof lost === 'string' ? `?lost=${encodeURIComponent(lost)}` : ''}`)
  const lines = typeof questions === 'string' ? jsonLines(questions, questionOf) : none()
  const progress = terminal.progress(`Calibrating ${name}`, null)
  let calibration: WireCalibration | null = null
  try {
    for await (const line of (await tools.api()).stream(path, lines, signal)) {
      const answer = line as WireLine
      if (answer.type === 'asked') progress.advance(1, `of ${answer.questions}`)
      else calibration = answer
    }
  } catch (error) {
    if (!signal.aborted || !(error instanceof AppError) || error.code !== 'cancelled') throw error
    terminal.warn('Interrupted: the index is calibrated as it was before.')
    return 130
  } finally {
    progress.stop()
  }
  invariant(calibration !== null, 'the service ends with a calibration or a problem')
  print(terminal, name, calibration)
  return 0
}

function print(terminal: Terminal, name: string, calibration: WireCalibration): void {
  if (terminal.json) {
    terminal.printJson({ ...calibration, type: undefined })
    return
  }
  const { threshold, own, foreign } = calibration
  terminal.print(`${name} answers questions whose relevance is ${threshold.toFixed(4)} or more.`)
  terminal.table(
    ['questions', 'asked', 'abstain'],
    [
      [own.made ? 'own, made out of its text' : 'own', String(own.questions), percent(own.abstain)],
      ['foreign', String(foreign.questions), percent(foreign.abstain)],
    ],
  )
  if (own.made) terminal.warn('Made questions are easier than real ones: give questions that were really asked with --questions.')
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`

async function* none(): AsyncGenerator {
  // Nothing to send: questions are made on the other side.
}

/** The `text` of a line; what else stands there, such as an id, stays here. */
function questionOf(value: unknown, place: string): { readonly text: string } {
  const { text } = value as { readonly text?: unknown }
  if (typeof text !== 'string') throw new AppError('invalid_request', `${place} has no "text"`)
  return { text }
}
