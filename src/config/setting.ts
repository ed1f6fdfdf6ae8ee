import { z } from 'zod'

/** What every setting says about itself; docs/configuration.md is written from it. */
export interface SettingNote {
  /** `ms`, `bytes`, `tokens`, `rows`, … or `name` for text. */
  readonly unit: string
  /** One line: why it exists and why this default. */
  readonly why: string
  /** Masked wherever the configuration is shown. */
  readonly secret?: boolean
}

export interface NumberNote extends SettingNote {
  readonly default: number
  readonly min: number
  /** Nothing above this is accepted, whoever asks. */
  readonly ceiling: number
}

/** A whole number with a floor and a ceiling. */
export const limit = (note: NumberNote) =>
  z
    .number()
    .int()
    .min(note.min)
    .max(note.ceiling)
    .default(note.default)
    .meta({ ...note })

/** A number that may have a fraction. */
export const ratio = (note: NumberNote) =>
  z
    .number()
    .min(note.min)
    .max(note.ceiling)
    .default(note.default)
    .meta({ ...note })

/** A number that may have a fraction, or null for none. */
export const optionalRatio = (note: Omit<NumberNote, 'default'>) =>
  z
    .number()
    .min(note.min)
    .max(note.ceiling)
    .nullable()
    .default(null)
    .meta({ ...note })

export const text = (note: SettingNote & { readonly default: string }) =>
  z
    .string()
    .max(4096)
    .default(note.default)
    .meta({ ...note })

export const optionalText = (note: SettingNote) =>
  z
    .string()
    .min(1)
    .max(4096)
    .nullable()
    .default(null)
    .meta({ ...note })

export const flag = (note: SettingNote & { readonly default: boolean }) =>
  z
    .boolean()
    .default(note.default)
    .meta({ ...note })

export const choice = <const Values extends readonly [string, ...string[]]>(
  values: Values,
  note: SettingNote & { readonly default: Values[number] },
) =>
  z
    .enum(values)
    .default(note.default as never)
    .meta({ ...note })

/** A few names in order of preference. */
export const names = (note: SettingNote & { readonly default: readonly string[] }) =>
  z
    .array(z.string().min(1).max(100))
    .min(1)
    .max(16)
    .default([...note.default])
    .meta({ ...note })

/** A list of distinct names out of a few, at least one. */
export const choices = <const Values extends readonly [string, ...string[]]>(
  values: Values,
  note: SettingNote & { readonly default: readonly Values[number][] },
) =>
  z
    .array(z.enum(values))
    .min(1)
    .max(values.length)
    .default(note.default as never)
    .meta({ ...note })
