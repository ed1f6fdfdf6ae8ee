import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { createReadStream } from 'node:fs'
import { cp, mkdtemp, rename, rm, stat, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { test, type TestContext } from 'node:test'
import { AppError } from '../../src/core/errors.ts'
import type { HubProfileSettings } from '../../src/models/model-settings.ts'
import { createModelProfiles } from '../../src/models/profiles.ts'
import { models as section } from '../../src/config/sections/models.ts'
import { at, cosine, hasCode } from '../contract/embedder.ts'
import { clock, limits, modelSettings } from './settings.ts'

const BUNDLED = fileURLToPath(new URL('../../models/', import.meta.url))

const hub = (changes: Partial<HubProfileSettings['embedder']> = {}): HubProfileSettings => ({
  embedder: {
    model: 'somebody/minilm',
    directory: null,
    dtype: 'q8',
    maxTokens: 128,
    pooling: 'mean',
    queryPrefix: 'query: ',
    passagePrefix: 'passage: ',
    space: null,
    ...changes,
  },
  reranker: null,
  vectorWeight: 0.4,
  rerankWeight: 0.2,
  rerankMargin: 0.1,
})

async function temporary(t: TestContext): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'ration-models-'))
  t.after(() => rm(directory, { recursive: true, force: true }))
  return directory
}

test('the built-in profiles come first, and an unknown one is refused with the names', async (t) => {
  const profiles = createModelProfiles(modelSettings({ profiles: { mine: hub() } }), clock)
  t.after(() => profiles.close())
  assert.deepEqual(profiles.names, ['standard', 'fast', 'mine'])
  await assert.rejects(
    profiles.open('constructor'),
    (error) => error instanceof AppError && error.code === 'unknown_profile' && error.message.includes('standard, fast, mine'),
  )
})

test('a profile is opened once', async (t) => {
  const profiles = createModelProfiles(modelSettings(), clock)
  t.after(() => profiles.close())
  const [first, second] = await Promise.all([profiles.open('fast'), profiles.open('fast')])
  assert.equal(first, second)
  assert.equal(first.queries.fingerprint, first.passages.fingerprint)
})

test('a failed load is forgotten: the model is found as soon as its files are there', async (t) => {
  const directory = await temporary(t)
  const profiles = createModelProfiles(modelSettings({ directory }), clock)
  t.after(() => profiles.close())
  await assert.rejects(
    profiles.open('fast'),
    (error) =>
      hasCode('model_unavailable')(error) && error instanceof AppError && (error.details['missing'] as string[]).includes('tokenizer.json'),
  )
  for (const name of ['ration-static-v0', 'ration-rerank-v0', 'evidence-v0', 'confidence-v0']) await cp(join(BUNDLED, name), join(directory, name), { recursive: true })
  const weights = join(directory, 'ration-static-v0/onnx/model_quantized.onnx')
  await rename(weights, `${weights}.good`)
  await writeFile(weights, 'not a graph')
  await assert.rejects(profiles.open('fast'), hasCode('model_unavailable'))
  await rename(`${weights}.good`, weights)
  await rename(join(directory, 'evidence-v0'), join(directory, 'elsewhere'))
  await assert.rejects(profiles.open('fast'), hasCode('model_unavailable'))
  await rename(join(directory, 'elsewhere'), join(directory, 'evidence-v0'))
  const profile = await profiles.open('fast')
  assert.equal(profile.evidence.embedder, profile.queries.fingerprint)
  assert.equal((await profile.passages.embed(['a'], 'passage', limits())).vectors.length, 1)
})

test('refuses to open and to embed after close', async () => {
  const profiles = createModelProfiles(modelSettings(), clock)
  const { queries } = await profiles.open('fast')
  await profiles.close()
  await assert.rejects(queries.embed(['a'], 'query', limits()), hasCode('shutting_down'))
  await assert.rejects(profiles.open('standard'), hasCode('shutting_down'))
})

test('a profile of the configuration names a local folder, prefixes, pooling and length', async (t) => {
  const directory = relative(process.cwd(), join(BUNDLED, 'all-MiniLM-L6-v2'))
  const profiles = createModelProfiles(
    modelSettings({
      profiles: { mean: hub({ directory }), cls: hub({ directory, pooling: 'cls' }), plain: hub({ directory, queryPrefix: '', space: 'shared' }) },
    }),
    clock,
  )
  t.after(() => profiles.close())
  const [mean, cls, plain] = [await profiles.open('mean'), await profiles.open('cls'), await profiles.open('plain')]
  const standard = await profiles.open('standard')
  assert.equal(mean.reranker, null)
  assert.equal(mean.settings.vectorWeight, 0.4)
  assert.equal(mean.queries.maxTokens, 128)
  assert.equal(new Set([mean, cls, plain, standard].map(({ queries }) => queries.fingerprint)).size, 4)
  assert.equal(mean.queries.space, mean.queries.fingerprint, 'a space of its own')
  assert.equal(plain.queries.space, 'shared')

  const vector = async (profile: typeof mean, text: string, kind: 'query' | 'passage') =>
    at((await profile.queries.embed([text], kind, limits())).vectors, 0)
  const reference = await vector(standard, 'query: keys', 'query')
  assert.ok(cosine(await vector(mean, 'keys', 'query'), reference) > 1 - 1e-6)
  assert.ok(cosine(await vector(mean, 'keys', 'passage'), await vector(standard, 'passage: keys', 'passage')) > 1 - 1e-6)
  assert.ok(cosine(await vector(cls, 'keys', 'query'), reference) < 0.99)
  assert.deepEqual(
    await mean.passages.countTokens(['keys'], limits()),
    await standard.passages.countTokens(['passage: keys'], limits()),
  )
})

/** Serves the bundled MiniLM as the hub would. */
async function fakeHub(t: TestContext): Promise<{ address: string; asked: string[] }> {
  const asked: string[] = []
  const server: Server = createServer((request, response) => {
    const path = request.url ?? ''
    asked.push(path)
    const file = join(BUNDLED, 'all-MiniLM-L6-v2', path.replace('/somebody/minilm/resolve/main/', ''))
    stat(file).then(
      ({ size }) => {
        response.writeHead(200, { 'content-length': size })
        createReadStream(file).pipe(response)
      },
      () => response.writeHead(404).end(),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return { address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, asked }
}

test('a model of the hub is fetched only where that is allowed, kept, and then needs no network', async (t) => {
  const cacheDirectory = await temporary(t)
  const { address, asked } = await fakeHub(t)
  const open = async (allowDownload: boolean): Promise<string> => {
    const profiles = createModelProfiles(modelSettings({ cacheDirectory, allowDownload, hubHost: address, profiles: { mine: hub() } }), clock)
    try {
      const { passages } = await profiles.open('mine')
      assert.equal((await passages.embed(['a'], 'passage', limits())).vectors.length, 1)
      return passages.fingerprint
    } finally {
      await profiles.close()
    }
  }
  await assert.rejects(open(false), (error) => hasCode('model_unavailable')(error) && String(error).includes('models.allow_download'))
  assert.equal(asked.length, 0)
  const fingerprint = await open(true)
  assert.match(fingerprint, /^somebody\/minilm@/u)
  assert.ok(asked.some((path) => path.endsWith('onnx/model_quantized.onnx')))
  const before = asked.length
  assert.equal(await open(false), fingerprint)
  assert.equal(await open(true), fingerprint)
  assert.equal(asked.length, before)
})

test('an idle lane does not hold the process open', async () => {
  const script = `
    import { createModelProfiles } from ${JSON.stringify(new URL('../../src/models/profiles.ts', import.meta.url).href)}
    import { clock, limits, modelSettings } from ${JSON.stringify(new URL('./settings.ts', import.meta.url).href)}
    const { queries } = await createModelProfiles(modelSettings(), clock).open('fast')
    console.log((await queries.embed(['a'], 'query', limits())).vectors.length)`
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], { timeout: 60_000 })
  assert.equal(stdout.trim(), '1')
})

test('the section of the configuration has the limits the tests use, and keeps to them', () => {
  const parsed = section.parse(undefined)
  const expected = modelSettings()
  assert.equal(parsed.queue_requests, expected.queueRequests)
  assert.equal(parsed.request_texts, expected.requestTexts)
  assert.equal(parsed.text_characters, expected.textCharacters)
  assert.equal(parsed.memo_words, expected.memoWords)
  assert.equal(parsed.passage_niceness, expected.passageNiceness)
  assert.equal(parsed.batch_texts, expected.batchTexts)
  assert.equal(parsed.run_characters, expected.runCharacters)
  assert.equal(parsed.allow_download, false)
  const own = (name: string, model: string) => section.safeParse({ profiles: { [name]: { embedder: { model } } } }).success
  assert.ok(own('mine', 'Xenova/bge-small-en-v1.5'))
  assert.ok(!own('standard', 'Xenova/bge-small-en-v1.5'), 'a built-in profile is not redefined')
  assert.ok(!own('mine', '../../etc/passwd'))
  assert.ok(!own('mine', 'owner/..'))
})
