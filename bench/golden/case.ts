import { dirname, resolve } from 'node:path'
import { AppError } from '../../src/core/errors.ts'
import type { ChunkUnit } from '../../src/core/types.ts'
import { readJsonFile } from '../json-file.ts'
import type { Expectation } from './verdict.ts'

/** A case file: what is run, what is expected, how far off is still all right. Paths in it are relative to it. */
export interface GoldenCase {
  readonly name: string
  readonly documents: string
  readonly questions: string
  readonly settings: {
    readonly profile: string
    readonly unit: ChunkUnit
    readonly language: string
    readonly ks: readonly number[]
    /** Tokens (o200k_base). */
    readonly budgets: readonly number[]
  }
  readonly expected: Readonly<Record<string, Expectation>>
}

/** Rejects `invalid_dataset` for a file that is not a case. */
export async function readCase(file: string): Promise<GoldenCase> {
  const value = await readJsonFile(file)
  if (!isCase(value)) {
    throw new AppError('invalid_dataset', `${file} is not a golden case: name, documents, questions, settings, expected`, { file })
  }
  const beside = (path: string) => resolve(dirname(file), path)
  return { ...value, documents: beside(value.documents), questions: beside(value.questions) }
}

function isCase(value: unknown): value is GoldenCase {
  if (!isObject(value)) return false
  const { name, documents, questions, settings, expected } = value
  return [name, documents, questions].every((each) => typeof each === 'string') && isSettings(settings) && isExpected(expected)
}

function isSettings(value: unknown): boolean {
  if (!isObject(value)) return false
  const { profile, unit, language, ks, budgets } = value
  return (
    typeof profile === 'string' &&
    typeof language === 'string' &&
    (unit === 'chunk' || unit === 'document') &&
    isCounts(ks) &&
    isCounts(budgets)
  )
}

const isExpected = (value: unknown): boolean =>
  isObject(value) &&
  Object.values(value).every(
    (each) =>
      isObject(each) &&
      typeof each['figure'] === 'number' &&
      typeof each['tolerance'] === 'number' &&
      /^(higher|lower)$/.test(String(each['better'])),
  )

const isCounts = (value: unknown): boolean =>
  Array.isArray(value) && value.length > 0 && value.every((each) => Number.isInteger(each) && each > 0)

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)
