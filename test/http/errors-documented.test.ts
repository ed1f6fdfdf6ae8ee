import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { ERROR_CODES } from '../../src/core/errors.ts'
import { openApp } from './fixture.ts'

const page = await readFile(new URL('../../docs/errors.md', import.meta.url), 'utf8')
const sections = new Map(
  page
    .split(/^### /m)
    .slice(1)
    .map((section) => {
      const [code = '', ...text] = section.split('\n')
      return [code, text.join('\n').trim()] as const
    }),
)

test('every code has its section in docs/errors.md, and every section its code', () => {
  assert.deepEqual([...sections.keys()].sort(), Object.keys(ERROR_CODES).sort())
})

test('each section says status, whether to retry, and what to do', () => {
  for (const [code, { status, retry }] of Object.entries(ERROR_CODES)) {
    const text = sections.get(code) ?? ''
    assert.ok(
      text.startsWith(retry ? `${status}, *retry*. ` : `${status}. `),
      `${code} begins with "${status}${retry ? ', *retry*' : ''}."`,
    )
    assert.ok(text.split(/[.:]\s/).length >= 3, `${code} says what happened and what to do`)
  }
})

test('the address in a problem leads to its section', async (t) => {
  const { app } = await openApp(t)
  const { type, code } = (await app.inject('/nowhere')).json<{ type: string; code: string }>()
  const [path, anchor] = type.split('#')
  assert.equal(anchor, code)
  assert.match((await app.inject(String(path))).body, new RegExp(`^### ${code}$`, 'm'))
})
