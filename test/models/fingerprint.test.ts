import assert from 'node:assert/strict'
import { cp, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { test } from 'node:test'
import { createFingerprints } from '../../src/models/fingerprint.ts'
import type { ModelSource } from '../../src/models/model-source.ts'

test('a fingerprint changes with everything that decides a vector, and with nothing else', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'ration-fingerprint-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  await cp(fileURLToPath(new URL('../../models/ration-static-v0', import.meta.url)), folder, { recursive: true })
  const source: ModelSource = {
    name: 'mine',
    role: 'embedder',
    folder,
    hubId: null,
    dtype: 'q8',
    pooling: 'mean',
    maxTokens: 256,
    batched: true,
  }
  const fingerprints = createFingerprints()
  const first = await fingerprints.of(source)
  assert.match(first, /^mine@[0-9a-f]{12}$/u)
  assert.equal(await fingerprints.of(source), first)
  assert.equal(await createFingerprints().of(source), first, 'the same in every process')

  const prefix = { queryPrefix: 'q: ', passagePrefix: '' }
  const seen = [
    first,
    await fingerprints.of({ ...source, pooling: 'cls' }),
    await fingerprints.of({ ...source, maxTokens: 128 }),
    await fingerprints.of({ ...source, batched: false }),
    await fingerprints.of(source, prefix),
    await fingerprints.of(source, { queryPrefix: '', passagePrefix: 'q: ' }),
  ]
  for (const [i, file] of ['config.json', 'tokenizer.json', 'tokenizer_config.json', 'onnx/model_quantized.onnx', 'onnx/model_quantized.onnx_data'].entries()) {
    await writeFile(join(folder, file), `changed ${i}`)
    seen.push(await fingerprints.of(source))
  }
  assert.equal(new Set(seen).size, seen.length)

  // The folder itself may move, and a file may be touched: what is hashed is content.
  await utimes(join(folder, 'config.json'), new Date(0), new Date(0))
  assert.equal(await fingerprints.of(source), seen.at(-1))
})
