import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { forever, raw } from '../kit.ts'
import { openPool } from '../parser-kit.ts'
import { pdfOf } from '../pdf-kit.ts'

test('a scanned page is read inside a process that may start no threads', async () => {
  const [width, height] = [904, 160]
  const file = gunzipSync(readFileSync(new URL('../fixtures/scanned-line.pbm.gz', import.meta.url)))
  const bits = Uint8Array.from(file.subarray(file.length - (width / 8) * height), (byte) => byte ^ 255)
  const pool = await openPool({ ocr: true, children: 1 })
  const pdf = pdfOf([{ picture: { width, height, bits } }])
  const { document, pageStarts } = await pool.parse(raw('scan.pdf', pdf, { mediaType: 'application/pdf' }), 'hash', forever)
  assert.equal(document.text, 'The warehouse closes at nine on working days.')
  assert.deepEqual(pageStarts, [0])
})
