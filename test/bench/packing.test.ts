import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { PackingResult } from '../../bench/packing/result.ts'
import { draw, rulesOf } from '../../bench/packing/synthetic.ts'
import { renderResult } from '../../bench/tables/render.ts'
import { clusterTexts } from '../../src/core/packing/clusters.ts'
import { PACKER, select } from '../../src/core/packing/select.ts'
import { runBench } from './tiny-tools.ts'

describe('bench packing', () => {
  it('draws the same from the same seed: nested variants, some units near-identical', () => {
    const [a, b] = [draw(30, 4, 1), draw(30, 4, 1)]
    assert.deepEqual(a.texts, b.texts)
    assert.notDeepEqual(a.texts, draw(30, 4, 2).texts)
    const clusters = clusterTexts(a.texts, { jaccard: 0.8, minWords: 6 })
    const repeated = 1 - new Set(clusters).size / clusters.length
    assert.ok(repeated > 0.02 && repeated < 0.2, `${repeated}`)
    for (const { variants, units } of a.passages(clusters)) {
      assert.equal(variants.length, 4)
      variants.slice(1).forEach(({ from, to, tokens }, at) => {
        const before = variants[at]
        assert.ok(before !== undefined && from <= before.from && to >= before.to && tokens >= before.tokens && to <= units.length)
      })
    }
    assert.ok(select(a.passages(clusters), rulesOf(512)).chosen.length > 1)
  })

  it('writes and shows a row for each size', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'ration-packing-'))
    try {
      const out = join(folder, 'packing.json')
      const { code, tables } = await runBench(['packing', '--candidates', '5,20', '--runs', '3', '--tokens', '300', '--out', out])
      assert.equal(code, 0)
      const result = JSON.parse(await readFile(out, 'utf8')) as PackingResult
      assert.deepEqual(
        result.results.map(({ candidates, variants, budget_tokens }) => [candidates, variants, budget_tokens]),
        [
          [5, 4, 300],
          [20, 4, 300],
        ],
      )
      assert.ok(result.results.every(({ ms, packed, steps }) => ms.p95 >= ms.p50 && packed > 0 && steps >= packed))
      assert.equal(tables[0]?.rows.length, 2)
      assert.equal(tables[0].rows[0]?.length, tables[0].head.length)
      const page = renderResult(result, 'packing')
      assert.ok(page.startsWith(`| ${tables[0].head.join(' | ')} |\n`))
      assert.ok(page.endsWith(`with packer ${PACKER}.`))
    } finally {
      await rm(folder, { recursive: true })
    }
  })
})
