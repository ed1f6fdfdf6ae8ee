import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BoundedQueue } from '../../indexes/bounded-queue.ts'
import { buildPaths, newBuild } from '../../indexes/layout.ts'
import { createBuild } from '../../indexes/open.ts'
import { openVersion } from '../../indexes/open-version.ts'
import { newSessions } from '../../indexes/tables.ts'
import type { IndexVersion } from '../../src/core/ids.ts'
import { clock, declaration, embedder, makeDocument, settings, temporaryDirectory, unlimited } from '../contract/index-corpus.ts'

test('the handles of LanceDB use the caches they are given, those that write and those that read each their own', async (context) => {
  const paths = buildPaths(await temporaryDirectory(context), newBuild('v1' as IndexVersion))
  const sessions = newSessions(settings())
  const shared = {
    sessions,
    native: new BoundedQueue('reads', clock, 4, 64),
    context: { settings: settings(), clock, log: { warn: () => undefined } },
  }
  const items = () => [sessions.writing.approxNumItems(), sessions.reading.approxNumItems()] as const
  assert.deepEqual(items(), [0, 0])
  await createBuild(paths, declaration(), embedder, sessions.writing, shared.context)
  const opened = await openVersion({ version: 'v1' as IndexVersion, declaration: declaration() }, paths, shared)
  const [beforeWrite, beforeRead] = items()
  await opened.writer.replaceDocuments([makeDocument('a', ['letter a'])], embedder.fingerprint, unlimited())
  const [written] = items()
  assert.ok(written > beforeWrite, 'what writes fills its own')
  await opened.verify(unlimited())
  const [still, read] = items()
  assert.ok(read > beforeRead, 'what reads fills its own')
  assert.equal(still, written, 'and not that of what writes')
  await opened.close()
})
