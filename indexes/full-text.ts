import './quiet.ts'
import { Index, MatchQuery } from '@lancedb/lancedb'
import type { Table } from '@lancedb/lancedb'
import type { Table as ArrowTable } from 'apache-arrow'

export const SEARCHABLE = 'searchable'

/** Words, stemmed, without stop words and accents. No positions: they cost 60 % more disk and buy only phrases. */
export function fullTextIndex(language: string): Index {
  return Index.fts({
    baseTokenizer: 'simple',
    language,
    stem: true,
    removeStopWords: true,
    asciiFolding: true,
    lowercase: true,
    withPosition: false,
  })
}

/** The first words of a query within both limits; characters are cut between code points. */
export function boundedQuery(query: string, characters: number, terms: number): string {
  const cut = query.toWellFormed().slice(0, characters)
  const whole = cut.isWellFormed() ? cut : cut.slice(0, -1)
  return whole
    .split(/\s+/u)
    .filter((word) => word !== '')
    .slice(0, terms)
    .join(' ')
}

/**
 * Rows of one column with `_rowid` and `_score`. Always a MatchQuery: a plain string that stands in quotes would be taken for a phrase, which this index
 * cannot answer.
 */
export async function searchText(
  table: Table,
  text: string,
  where: string | null,
  column: string,
  limit: number,
  timeoutMs: number,
): Promise<ArrowTable> {
  const query = table.query().fullTextSearch(new MatchQuery(text, SEARCHABLE))
  if (where !== null) query.where(where)
  return await query.withRowId().select(['_rowid', '_score', column]).limit(limit).toArrow({ timeoutMs })
}
