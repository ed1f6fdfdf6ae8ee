import { createHash } from 'node:crypto'
import { AppError } from '../src/core/errors.ts'
import type { EmbedderIdentity } from '../src/core/ports/index-registry.ts'
import type { IndexDeclaration } from '../src/core/types.ts'
import { writeDurably } from './durable.ts'
import { canonicalJson } from '../src/core/text/canonical-json.ts'
import { readJson } from './json-file.ts'

/** Layout of tables and records; a reader refuses another one rather than guessing. 2: `hit` and `record` of chunks. 3: structure of documents, signatures of chunks. */
const FORMAT = 3

/** What a build was made with. Never changes; another embedder or another layout is another build. */
export interface Manifest {
  readonly format: typeof FORMAT
  readonly embedder: EmbedderIdentity
  /** Hash over everything that decides the stored rows: format, declaration and embedder. */
  readonly configuration: string
  readonly createdAt: string
}

export function newManifest(declaration: IndexDeclaration, embedder: EmbedderIdentity, createdAt: string): Manifest {
  const configuration = createHash('sha256')
    .update(canonicalJson({ format: FORMAT, declaration, embedder }))
    .digest('hex')
  return { format: FORMAT, embedder, configuration, createdAt }
}

/** Written last when a build is made: a build without a manifest was never finished. */
export async function writeManifest(file: string, manifest: Manifest): Promise<void> {
  await writeDurably(file, `${JSON.stringify(manifest, null, 2)}\n`)
}

export async function readManifest(file: string): Promise<Manifest> {
  const manifest = (await readJson(file)) as { readonly format?: unknown; readonly embedder?: unknown } | null | undefined
  if (typeof manifest?.format === 'number' && manifest.format !== FORMAT) {
    const message = 'The index has the format of another version of Ration; delete it and ingest its documents again'
    throw new AppError('index_damaged', message, { format: manifest.format, expected: FORMAT })
  }
  if (manifest?.format !== FORMAT || manifest.embedder === undefined) {
    throw new AppError('index_damaged', 'The manifest of the index is missing or unreadable')
  }
  return manifest as Manifest
}
