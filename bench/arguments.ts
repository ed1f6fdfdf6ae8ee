import { AppError } from '../src/core/errors.ts'
import type { CommandInput } from '../src/core/ports/command.ts'

/** Reads command options; what is not allowed throws `invalid_request` that says what is. */
export type Options = CommandInput['options']

export const textOption = (options: Options, name: string): string | null => {
  const value = options[name]
  return typeof value === 'string' && value !== '' ? value : null
}

export const flagOption = (options: Options, name: string): boolean => options[name] === true

/** Comma-separated. */
export const listOption = (options: Options, name: string): readonly string[] =>
  (textOption(options, name) ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')

export function choiceOption<const Value extends string>(
  options: Options,
  name: string,
  allowed: readonly Value[],
  otherwise: Value,
): Value {
  const value = textOption(options, name) ?? otherwise
  return oneOf(name, value, allowed)
}

export const choicesOption = <const Value extends string>(options: Options, name: string, allowed: readonly Value[]): readonly Value[] =>
  listOption(options, name).map((value) => oneOf(name, value, allowed))

export function numberOption(
  options: Options,
  name: string,
  range: { readonly min: number; readonly max: number },
  otherwise: number,
): number {
  const value = textOption(options, name)
  return value === null ? otherwise : inRange(name, value, range)
}

export const numbersOption = (options: Options, name: string, range: { readonly min: number; readonly max: number }): readonly number[] =>
  listOption(options, name).map((value) => inRange(name, value, range))

function oneOf<const Value extends string>(name: string, value: string, allowed: readonly Value[]): Value {
  const found = allowed.find((each) => each === value)
  if (found === undefined) throw wrong(name, value, `one of ${allowed.join(', ')}`)
  return found
}

function inRange(name: string, value: string, { min, max }: { readonly min: number; readonly max: number }): number {
  const number = Number(value)
  if (!Number.isInteger(number) || number < min || number > max) throw wrong(name, value, `a whole number from ${min} to ${max}`)
  return number
}

const wrong = (name: string, value: string, allowed: string) =>
  new AppError('invalid_request', `--${name} ${value}: must be ${allowed}`, { option: name, value, allowed })
