import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { resolveFollowUp, type AskedBefore } from '../../../src/core/query/follow-up.ts'

/** Asks one after the other, as a session does; what came of the last. */
function converse(...questions: readonly string[]) {
  const earlier: AskedBefore[] = []
  let last = { searched: '', followUp: null } as ReturnType<typeof resolveFollowUp>
  for (const query of questions) {
    last = resolveFollowUp(query, earlier)
    earlier.push({ query, searched: last.searched })
  }
  return last
}

const carried = (...questions: readonly string[]) => converse(...questions).followUp?.carried ?? null

describe('what is searched', () => {
  const cases: readonly (readonly [questions: readonly string[], searched: string])[] = [
    // a name takes the place of one of its kind
    [['how do I migrate from v1?', 'and for v2?'], 'migrate for v2?'],
    [['install it on Linux', 'and Windows?'], 'install Windows?'],
    [['what does exit code 3 mean?', 'and 4?'], 'exit code 4?'],
    [['what should a client do after too_busy?', 'and after shutting_down?'], 'client after shutting_down?'],
    [['what is the unit of usage.flush_ms?', 'and http.port?'], 'unit http.port?'],
    [['is there a Python client for streaming?', 'what about Go?'], 'client streaming Go?'],
    [['what does --json print', 'and --data?'], 'print --data?'],
    // what stands behind the same preposition is replaced
    [['how do I create a key for ingest?', 'and for the admin console?'], 'create key for the admin console?'],
    [['how long are logs kept in the archive?', 'and in production?'], 'logs kept in production?'],
    // references keep everything
    [['how do I rotate an API key?', 'how long does it take?'], 'rotate API key how long does it take?'],
    [['where is the data directory?', 'can I change that?'], 'data directory can I change that?'],
    [['what does the scope admin allow?', 'does it include the others?'], 'scope admin allow does it include the others?'],
    [['what is RATION_API_KEY?', 'why?'], 'RATION_API_KEY why?'],
    [['do chunks overlap?', 'what is the default?'], 'chunks overlap what is the default?'],
    [['how is a tenant created?', 'who may do that?'], 'tenant created who may do that?'],
    [['do models run on the GPU?', 'how many threads?'], 'models run GPU how many threads?'],
    [['can I use averaging?', 'could I use ranks instead?'], 'averaging could I use ranks instead?'],
    // what the question says itself is not said twice
    [['which session keys expire?', 'and when does the key expire then?'], 'session when does the key expire then?'],
    // chains: fragments replace each other, references add up
    [['can it ingest HTML files?', 'and PDF?', 'what about JSON?'], 'ingest files JSON?'],
    [['causes of storage outages', 'and of crashes?', 'and of leaks?'], 'causes of leaks?'],
    [['how do I rotate an API key?', 'how long does it take?', 'and for admins?'], 'rotate API key for admins?'],
    // German
    [['Wie rotiere ich einen Schlüssel?', 'und für Windows?'], 'rotiere Schlüssel für Windows?'],
    [['Welche Formate liest der Import?', 'was ist mit PDF?'], 'Formate liest Import PDF?'],
  ]
  for (const [questions, searched] of cases) {
    test(questions.join(' / '), () => assert.equal(converse(...questions).searched, searched))
  }
})

describe('complete questions take nothing along', () => {
  const complete = [
    'Does ingest read PDF files?',
    'And how do I shut the service down?',
    'But which languages does full-text search know?',
    'ok. How do I add up what a feature has cost?',
    'Is it possible to share one data directory between two services?',
    'how long does it take to ingest 1000 documents?',
    'keys that expire',
    'how did the horse latitudes get their name',
    'where does the bronx get its name from',
    'what are the built-in profiles and how do they differ',
    'When that many texts are the same, are they embedded once?',
    'where can I read this documentation in the browser',
    'how to get JSON output from commands',
    'who founded the company',
    'which company owns ABC?',
    'exit code 130',
    'fingerprint_mismatch',
    'retention of usage rows',
    'docker run volume',
    'one row for each document',
    'x'.repeat(500),
    'and then it fails '.repeat(40),
  ]
  for (const question of complete) {
    test(question.slice(0, 80), () =>
      assert.deepEqual(converse('How do I rotate an API key?', question), { searched: question, followUp: null }),
    )
  }
})

test('the first question of a session carries nothing, however short', () => {
  assert.deepEqual(converse('and for v2?'), { searched: 'and for v2?', followUp: null })
})

test('a question that says everything that came before it is searched as it stands', () => {
  assert.deepEqual(converse('which keys expire?', 'and when does the key expire then?').followUp, null)
})

test('a topic is looked for behind questions that have none, and named in explain', () => {
  const { followUp } = converse('how do I rotate an API key?', 'why?', 'ok and then?')
  assert.deepEqual(followUp, { carried: ['rotate', 'API', 'key'], from: 'how do I rotate an API key?' })
})

test('a change of topic leaves the old topic behind', () => {
  assert.deepEqual(carried('how do I rotate an API key?', 'how large are chunks?', 'do they overlap?'), ['chunks'])
})

test('of a long question identifiers are carried first, at most eight words in reading order', () => {
  const long = 'my nightly importer crashed yesterday evening while reading fourteen gigantic spreadsheets with ERR_IMPORT_42'
  const words = carried(long, 'how do I fix it?') ?? []
  assert.equal(words.length, 8)
  assert.equal(words.at(-1), 'ERR_IMPORT_42')
  assert.equal(words[0], 'nightly')
})

test('any text after any text: the question itself is searched, with words from before it in front, or as it stands', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.lorem(),
    fc
      .array(fc.constantFrom('and', 'for', 'v2', 'it', 'that', 'one', 'the', 'key', 'a_b', '4', ',', 'what', 'is', 'about', '?'), {
        maxLength: 9,
      })
      .map((words) => words.join(' ')),
  )
  fc.assert(
    fc.property(fc.array(text, { minLength: 1, maxLength: 5 }), (questions) => {
      const asked = questions.at(-1) ?? ''
      const { searched, followUp } = converse(...questions)
      if (followUp === null) {
        assert.equal(searched, asked)
        return
      }
      const before = questions.slice(0, -1)
      assert.ok(before.includes(followUp.from))
      assert.ok(followUp.carried.length > 0 && followUp.carried.length <= 8)
      for (const word of followUp.carried)
        assert.ok(
          before.some((question) => question.includes(word)),
          word,
        )
      const [head, tail] = [followUp.carried.join(' '), searched.slice(followUp.carried.join(' ').length + 1)]
      assert.ok(searched.startsWith(`${head} `))
      assert.ok(asked.endsWith(tail))
    }),
    { numRuns: 2000 },
  )
})
