import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { inHalf } from '../../../bench/tune/observe.ts'
import { parseEvidenceModel } from '../../../src/core/evidence/parse-model.ts'
import { folderOf, jsonLines } from '../folders.ts'
import { runBench } from '../tiny-tools.ts'

const ids = Array.from({ length: 24 }, (_, index) => `q${index}`)
/** Twenty-four documents of one chunk and three sentences, each asked for the number in its second one. */
const DATASET = {
  'corpus.jsonl': jsonLines(
    ids.map((id, index) => ({
      _id: `d-${id}`,
      title: '',
      text: `This is about ${id}. The number of ${id} is ${1000 + index}. Nothing follows.`,
    })),
  ),
  'queries.jsonl': jsonLines(ids.map((id) => ({ _id: id, text: `which number has ${id}` }))),
  'qrels/test.tsv': `query-id\tcorpus-id\tscore\n${ids.map((id) => `${id}\td-${id}\t1\n`).join('')}`,
  'answers.jsonl': jsonLines(ids.map((id, index) => ({ 'query-id': id, answers: [String(1000 + index)] }))),
}

describe('bench fit', () => {
  it('writes a model that can be loaded, fitted to one half and measured on both', async (t) => {
    const folder = await folderOf(t, DATASET)
    const out = join(folder, 'model.json')
    const { code, tables } = await runBench(['fit', '--dataset', `${folder}=2`, '--profile', 'tiny', '--out', out])
    assert.equal(code, 0)
    const written = JSON.parse(await readFile(out, 'utf8')) as {
      figures: { half: string; scorer: string; questions: number; units: number }[]
    }
    const model = parseEvidenceModel(written, out)
    assert.equal(model.name, 'evidence-v0/tiny')
    assert.ok(model.scorers.hybrid.weights.bm25 > 0, 'the sentence that has the words of the question has the answer')
    const dev = ids.filter((id) => inHalf(id, 'dev')).length
    assert.deepEqual(
      written.figures.map(({ scorer, half, questions }) => [scorer, half, questions]),
      [
        ['hybrid', 'dev', dev],
        ['hybrid', 'test', ids.length - dev],
        ['lexical', 'dev', dev],
        ['lexical', 'test', ids.length - dev],
      ],
    )
    assert.equal(written.figures[0]?.units, dev * ids.length * 3)
    assert.deepEqual(
      tables.map(({ rows }) => rows.length),
      [2, 4],
    )
  })

  it('refuses to fit to nothing and weights that are none', async () => {
    await assert.rejects(runBench(['fit']), { code: 'invalid_request' })
    await assert.rejects(runBench(['fit', '--dataset', 'a=0']), { code: 'invalid_request' })
    await assert.rejects(runBench(['fit', '--dataset', 'a=many']), { code: 'invalid_request' })
  })
})
