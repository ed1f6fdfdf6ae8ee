import './quiet.ts'
import { Session } from '@lancedb/lancedb'
import type { Connection, Table } from '@lancedb/lancedb'
import type { TableVersions } from './commit.ts'

export type TableName = 'chunks' | 'documents'
export const TABLES: readonly TableName[] = ['chunks', 'documents']

export interface Tables {
  readonly chunks: Table
  readonly documents: Table
}

/** The caches that all connections share. */
export function newSession(indexCacheBytes: number, metadataCacheBytes: number): Session {
  return new Session(BigInt(indexCacheBytes), BigInt(metadataCacheBytes))
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

/** Handles that write; they see their own writes only. */
export async function openToWrite(connection: Connection): Promise<Tables> {
  return await bothTables((name) => connection.openTable(name))
}

export function closeTables(tables: Tables): void {
  tables.chunks.close()
  tables.documents.close()
}

export async function versionsOf(tables: Tables): Promise<TableVersions> {
  return { chunks: await tables.chunks.version(), documents: await tables.documents.version() }
}
