import './quiet.ts'
import type { Connection, Session } from '@lancedb/lancedb'
import { mkdir, readFile, rename } from 'node:fs/promises'
import path from 'node:path'
import { AppError } from '../src/core/errors.ts'
import type { EmbedderIdentity } from '../src/core/ports/index-registry.ts'
import type { IndexDeclaration } from '../src/core/types.ts'
import { readCommits, writeCommit } from './commit.ts'
import type { Commit } from './commit.ts'
import { EMPTY_CONTENT } from './content-hash.ts'
import { SyncedTree, fsyncPath } from './durable.ts'
import type { BuildPaths } from './layout.ts'
import { createIndexes } from './maintenance.ts'
import { newManifest, readManifest, writeManifest } from './manifest.ts'
import type { Manifest } from './manifest.ts'
import { nativeError } from './native-errors.ts'
import { Revisions } from './revisions.ts'
import { chunkSchema, documentSchema } from './schema.ts'
import type { IndexContext } from './settings.ts'
import { entriesOf } from './sweep.ts'
import { TABLES, closeTables, connectTo, versionsOf } from './tables.ts'
import type { TableName } from './tables.ts'

/** Last bytes of every file that LanceDB wrote to its end. */
const MAGIC = 'LANC'

export interface OpenBuild {
  readonly manifest: Manifest
  readonly connection: Connection
  readonly revisions: Revisions
}

/** An empty build with all its indexes, on disk when this resolves; the manifest comes last. */
export async function createBuild(
  paths: BuildPaths,
  declaration: IndexDeclaration,
  embedder: EmbedderIdentity,
  session: Session,
  context: IndexContext,
): Promise<void> {
  const createdAt = new Date(context.clock.wall()).toISOString()
  await mkdir(paths.lance, { recursive: true })
  const connection = await connectTo(paths.lance, session)
  const tables = {
    chunks: await connection.createEmptyTable('chunks', chunkSchema(declaration, embedder.dimensions)),
    documents: await connection.createEmptyTable('documents', documentSchema(declaration, embedder.dimensions)),
  }
  for (const name of TABLES) {
    await createIndexes(name, tables[name], declaration)
  }
  await new SyncedTree(paths.root).sync()
  const counts = { documents: 0, chunks: 0 }
  await writeCommit(paths.commits, {
    revision: 1,
    tables: await versionsOf(tables),
    counts,
    sinceBuild: counts,
    content: EMPTY_CONTENT,
    committedAt: createdAt,
  })
  closeTables(tables)
  connection.close()
  await writeManifest(paths.manifest, newManifest(declaration, embedder, createdAt))
  await fsyncPath(path.dirname(paths.root))
}

/**
 * Opens the newest revision that is whole. LanceDB refuses a table whose newest manifest is unreadable, as a power cut leaves it, so such
 * manifests are moved aside first; they belong to writes that were never acknowledged, or the commit record before takes over.
 */
export async function openBuild(paths: BuildPaths, session: Session, context: IndexContext): Promise<OpenBuild> {
  const manifest = await readManifest(paths.manifest)
  const { commits, highest } = await readCommits(paths.commits)
  const connection = await connectTo(paths.lance, session)
  try {
    for (const name of TABLES) await setAsideUnreadable(connection, name, paths, context)
    const revisions = new Revisions(connection, paths, context, highest)
    await openNewest(revisions, commits, paths, context)
    return { manifest, connection, revisions }
  } catch (error) {
    connection.close()
    throw error
  }
}

async function openNewest(revisions: Revisions, commits: readonly Commit[], paths: BuildPaths, context: IndexContext): Promise<void> {
  for (const [index, commit] of commits.entries()) {
    try {
      await revisions.open(commit, commits.slice(index + 1))
      return
    } catch (error) {
      if (!isDamage(error)) throw error
      context.log.warn('index_revision_unreadable', { build: paths.root, revision: commit.revision })
    }
  }
  throw new AppError('index_damaged', 'No revision of the index is whole', { revisions: commits.map(({ revision }) => revision) })
}

function isDamage(error: unknown): boolean {
  const known = nativeError(error)
  return known instanceof AppError && known.code === 'index_damaged'
}

/**
 * A power cut keeps what it likes of what was not flushed, so a manifest behind the newest may be torn too, which nobody meets before cleaning reads them
 * all. LanceDB opens one of nothing but zeros as an empty table, so the mark at their ends is looked at before LanceDB is asked.
 */
async function setAsideUnreadable(connection: Connection, name: TableName, paths: BuildPaths, context: IndexContext): Promise<void> {
  const versions = path.join(paths.lance, `${name}.lance`, '_versions')
  const setAside = async (manifest: string): Promise<void> => {
    await mkdir(paths.aside, { recursive: true })
    await rename(path.join(versions, manifest), path.join(paths.aside, `${name}-${manifest}`))
    await fsyncPath(versions)
    context.log.warn('index_manifest_set_aside', { build: paths.root, table: name, manifest })
  }
  for (const manifest of await manifestsOf(versions)) if (!(await endsWhole(path.join(versions, manifest)))) await setAside(manifest)
  for (;;) {
    const [newest] = await manifestsOf(versions)
    if (newest === undefined) throw new AppError('index_damaged', 'A table of the index has no readable version', { table: name })
    if (await opens(connection, name)) return
    await setAside(newest)
  }
}

/** Newest first: LanceDB names manifests by 2^64 - 1 minus their version, in 20 digits. */
async function manifestsOf(versions: string): Promise<readonly string[]> {
  return (await entriesOf(versions)).filter((file) => /^\d{20}\.manifest$/.test(file)).sort()
}

async function endsWhole(manifest: string): Promise<boolean> {
  return (await readFile(manifest)).subarray(-MAGIC.length).toString('latin1') === MAGIC
}

async function opens(connection: Connection, name: TableName): Promise<boolean> {
  try {
    const table = await connection.openTable(name)
    table.close()
    return true
  } catch (error) {
    if (isDamage(error)) return false
    throw error
  }
}
