import './quiet.ts'
import { Session, connect } from '@lancedb/lancedb'
import type { Connection, Table } from '@lancedb/lancedb'
import type { Table as ArrowTable } from 'apache-arrow'
import type { TableVersions } from './commit.ts'
import { retryingConflicts } from './native-errors.ts'
import type { IndexSettings } from './settings.ts'

export type TableName = 'chunks' | 'documents'
export const TABLES: readonly TableName[] = ['chunks', 'documents']

export interface Tables {
  readonly chunks: Table
  readonly documents: Table
}

/** The caches that the handles of all indexes share. */
export interface Sessions {
  readonly reading: Session
  /** Its own: what writes opens every index of a revision once, to merge it into the next, and would drive out what questions read again. */
  readonly writing: Session
}

export function newSessions(settings: Pick<IndexSettings, 'indexCacheBytes' | 'metadataCacheBytes' | 'writeCacheBytes'>): Sessions {
  const { indexCacheBytes, metadataCacheBytes, writeCacheBytes } = settings
  return {
    reading: new Session(BigInt(indexCacheBytes), BigInt(metadataCacheBytes)),
    writing: new Session(BigInt(writeCacheBytes), BigInt(writeCacheBytes)),
  }
}

/** Handles that stay at these versions whatever is written later. They cannot write. */
export async function openAt(connection: Connection, versions: TableVersions): Promise<Tables> {
  return await bothTables((name) => connection.openTable(name, [], { version: versions[name] }))
}

async function bothTables(open: (name: TableName) => Promise<Table>): Promise<Tables> {
  const chunks = await open('chunks')
  try {
    return { chunks, documents: await open('documents') }
  } catch (error) {
    chunks.close()
    throw error
  }
}

/** LanceDB 0.39.0 ignores a session that is given as the third argument, as its own documentation has it, and makes one of 7 GB for each connection. */
export async function connectTo(directory: string, session: Session): Promise<Connection> {
  return await connect(directory, { session })
}

/** Handles that write to the tables in `directory`; they see their own writes only. */
export async function openToWrite(directory: string, session: Session): Promise<Tables> {
  const connection = await connectTo(directory, session)
  try {
    return await bothTables((name) => connection.openTable(name))
  } finally {
    connection.close()
  }
}

export function closeTables(tables: Tables): void {
  tables.chunks.close()
  tables.documents.close()
}

export async function versionsOf(tables: Tables): Promise<TableVersions> {
  return { chunks: await tables.chunks.version(), documents: await tables.documents.version() }
}

/**
 * Taking out and appending are two commits of LanceDB, but one revision: readers move when the commit record names the last. One commit
 * (`mergeInsert`) reads the whole table for every batch, so that the time of a load would grow with the square of its size.
 */
export async function append(table: Table, rows: ArrowTable): Promise<void> {
  if (rows.numRows > 0) await retryingConflicts(() => table.add(rows))
}
