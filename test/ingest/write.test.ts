import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PreparedBatch } from '../../ingest/prepare.ts'
import { createReport } from '../../ingest/report.ts'
import { writeBatch } from '../../ingest/write.ts'
import { AppError, type ErrorCode } from '../../src/core/errors.ts'
import type { DocumentId } from '../../src/core/ids.ts'
import type { IndexWriter } from '../../src/core/ports/index-writer.ts'
import type { IndexedDocument } from '../../src/core/types.ts'
import { declaration, forever } from './kit.ts'

const unchanged = { id: 'same' as DocumentId, status: 'unchanged', chunks: 0, error: null, warnings: [] } as const

function indexed(id: string): IndexedDocument {
  const document = { id: id as DocumentId, title: id, uri: null, mediaType: 'text/plain', text: 'ab', contentHash: 'h', metadata: {} }
  return { document, structure: { blocks: [], pageStarts: [] }, chunks: [] }
}

const batch: PreparedBatch = {
  settled: [unchanged],
  documents: ['good', 'bad'].map((id) => ({ indexed: indexed(id), status: 'new', warnings: [] })),
  embedded: { chunks: 0, reused: 0, cached: 0, tokens: 0, cut: 0 },
}

/** A writer that refuses the document `bad`, and the batch without it with `then`. */
function writerThat(then: ErrorCode | null): IndexWriter {
  const refuse = () => Promise.reject(new Error('not asked here'))
  return {
    declaration: declaration(),
    replaceDocuments(documents) {
      const bad = documents.find(({ document }) => document.id === 'bad')
      if (bad !== undefined) return Promise.reject(new AppError('invalid_document', 'a bad field', { document: 'bad' }))
      return then === null
        ? Promise.resolve({ revision: 7, redundant: { exact: 1, near: 2, boilerplate: 3 } })
        : Promise.reject(new AppError(then, 'another version'))
    },
    deleteDocuments: refuse,
    contentHashes: refuse,
    boilerplateAmong: refuse,
    optimize: refuse,
  }
}

async function write(then: ErrorCode | null) {
  const told: string[] = []
  const report = createReport(0, { document: ({ id, status }) => void told.push(`${id} ${status}`) })
  const error: unknown = await writeBatch(batch, writerThat(then), 'print', report, forever).catch((thrown: unknown) => thrown)
  return { told, error, report: report.finish(0) }
}

test('a document that the index cannot hold fails alone', async () => {
  const { told, report } = await write(null)
  assert.deepEqual(told, ['same unchanged', 'bad failed', 'good new'])
  assert.deepEqual([report.revision, report.storedBytes, report.redundant], [7, 2, { exact: 1, near: 2, boilerplate: 3 }])
})

test('of a batch that could not be written no document was reported, so that it can be prepared again', async () => {
  const { told, error } = await write('version_moved')
  assert.ok(error instanceof AppError && error.code === 'version_moved')
  assert.deepEqual(told, [])
})
