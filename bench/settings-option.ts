import { AppError } from '../src/core/errors.ts'
import { listOption, type Options } from './arguments.ts'

/** `--set a.b=1,c.d=text`: configuration laid over the effective one for this run. Values are JSON where they parse as it, otherwise text. */
export function settingsOption(options: Options): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    listOption(options, 'set').map((part) => {
      const [path, value, ...more] = part.split('=')
      if (!path || value === undefined || more.length > 0) {
        throw new AppError('invalid_request', `--set ${part}: must be path=value`, { option: 'set', value: part })
      }
      return [path, parsed(value)]
    }),
  )
}

function parsed(value: string): unknown {
  try {
    return JSON.parse(value)
  } catch {
    return value
  }
}
