import { AppError } from '../src/core/errors.ts'

/** One retrieved document. In a run the documents of a query stand best first. */
export interface ScoredDocument {
  readonly doc: string
  readonly score: number
}

/** Rankings by query id. */
export type Run = ReadonlyMap<string, readonly ScoredDocument[]>
/** Grades by query id and document id. */
export type Qrels = ReadonlyMap<string, ReadonlyMap<string, number>>

/** `query Q0 document rank score tag`, ranks from 1. Identifiers with white space cannot be written: `invalid_dataset`. */
export function formatRun(run: Run, tag: string): string {
  const lines: string[] = []
  for (const [query, documents] of run) {
    for (const [index, { doc, score }] of documents.entries()) {
      lines.push([word(query), 'Q0', word(doc), index + 1, score, word(tag)].join(' '))
    }
  }
  return lines.map((line) => `${line}\n`).join('')
}

/** Reads a run and orders each query by its rank column; other tools' files are taken as they ranked, not re-sorted by score. */
export function parseRun(text: string): Run {
  const ranked = new Map<string, { rank: number; doc: string; score: number }[]>()
  for (const [query, , doc, rank, score] of rows(text, 6)) {
    const documents = ranked.get(query) ?? []
    documents.push({ rank: number(rank), doc, score: number(score) })
    ranked.set(query, documents)
  }
  return new Map(
    [...ranked].map(([query, documents]) => [
      query,
      distinct(
        query,
        documents.sort((a, b) => a.rank - b.rank),
      ),
    ]),
  )
}

/** `query 0 document grade`. */
export function formatQrels(qrels: Qrels): string {
  const lines = [...qrels].flatMap(([query, grades]) => [...grades].map(([doc, grade]) => `${word(query)} 0 ${word(doc)} ${grade}\n`))
  return lines.join('')
}

export function parseQrels(text: string): Qrels {
  const qrels = new Map<string, Map<string, number>>()
  for (const [query, , doc, grade] of rows(text, 4)) {
    const grades = qrels.get(query) ?? new Map<string, number>()
    qrels.set(query, grades.set(doc, number(grade)))
  }
  return qrels
}

type Row = readonly [string, string, string, string, string, string]

function* rows(text: string, columns: number): Generator<Row> {
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue
    const cells = line.trim().split(/\s+/)
    if (cells.length !== columns) throw problem(`line ${index + 1} has ${cells.length} columns, not ${columns}`)
    yield cells as unknown as Row
  }
}

function distinct(query: string, documents: readonly { doc: string; score: number }[]): ScoredDocument[] {
  if (new Set(documents.map(({ doc }) => doc)).size < documents.length) throw problem(`query ${query} has a document twice`)
  return documents.map(({ doc, score }) => ({ doc, score }))
}

function word(identifier: string): string {
  if (!/^\S+$/.test(identifier)) throw problem(`"${identifier}" is empty or has white space, which TREC files cannot carry`)
  return identifier
}

function number(cell: string): number {
  const value = Number(cell)
  if (!Number.isFinite(value)) throw problem(`"${cell}" is not a number`)
  return value
}

const problem = (reason: string) => new AppError('invalid_dataset', `TREC file: ${reason}`, { reason })
