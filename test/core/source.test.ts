import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DocumentId } from '../../src/core/ids.ts'
import { sourceOf } from '../../src/core/source.ts'

const document = (doc: string, uri: string | null = null, metadata = {}) => ({ doc: doc as DocumentId, uri, metadata })

test('the source of a document is named, or its host, or its folder', () => {
  assert.equal(sourceOf(document('a/b.md', 'https://example.org/x', { source: 'wiki' })), 'wiki')
  assert.equal(sourceOf(document('a/b.md', 'https://example.org/x?y#z', { source: 3 })), 'example.org')
  assert.equal(sourceOf(document('guide/api/keys.md', 'keys.md')), 'guide/api')
  assert.equal(sourceOf(document('keys.md')), '')
})
