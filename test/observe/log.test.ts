import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createLog, type LogSettings } from '../../src/observe/log.ts'

function lines(settings: LogSettings, write: (log: ReturnType<typeof createLog>) => void): Record<string, unknown>[] {
  const written: string[] = []
  write(createLog(settings, { write: (line) => void written.push(line) }))
  return written.map((line) => JSON.parse(line) as Record<string, unknown>)
}

test('one JSON object a line, from the level up', () => {
  const [line, ...more] = lines({ level: 'info', queries: false }, (log) => {
    log.debug({ a: 1 }, 'below')
    log.child({ request: 'req_1' }).warn({ a: 2 }, 'above')
  })
  assert.deepEqual(more, [])
  assert.match(String(line?.['time']), /^\d{4}-\d\d-\d\dT/)
  assert.deepEqual({ ...line, time: null }, { level: 'warn', time: null, request: 'req_1', a: 2, msg: 'above' })
})

test('silent is silent', () => {
  assert.deepEqual(
    lines({ level: 'silent', queries: true }, (log) => log.fatal({}, 'nothing')),
    [],
  )
})

const fields = {
  query: 'who am I?',
  apiKey: 'k1',
  request: { query: 'who am I?', headers: { authorization: 'k2', cookie: 'k3' } },
  config: { state: { pool: { databaseUrl: 'k4' } } },
}

test('neither secrets nor the text of questions are written', () => {
  const [line] = lines({ level: 'info', queries: false }, (log) => log.info(fields, 'request'))
  assert.doesNotMatch(JSON.stringify(line), /who am I|k[1-4]/)
  assert.equal(line?.['query'], '[redacted]')
})

test('the text of questions is written where that was asked for, secrets never', () => {
  const [line] = lines({ level: 'info', queries: true }, (log) => log.info(fields, 'request'))
  assert.equal(line?.['query'], 'who am I?')
  assert.doesNotMatch(JSON.stringify(line), /k[1-4]/)
})
