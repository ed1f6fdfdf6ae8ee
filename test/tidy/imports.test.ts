import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cyclesOf, importsOf, readTable, violations } from './imports.ts'

const table = readTable(`
## Who may import whom

| room | may import | npm (only here) | notes |
|---|---|---|---|
| \`src/core\` | | none at all | pure |
| \`src/models\` | \`src/core\` | tiktoken, @huggingface/transformers | |
| \`indexes\` | \`src/core\` | | |
| \`bench\` | \`src/core\` | | |
| \`src/services.ts\` | \`every room\` | | |
| \`src/cli.ts\` | \`src/services.ts\`, \`command.ts\` | commander | |

## Another page

| \`src/core\` | \`bench\` | | |
`)

function found(path: string, text: string): string[] {
  return violations({ path, text, imports: importsOf(path, text) }, table)
}

test('the table is read up to the next heading', () => {
  assert.equal(table.length, 6)
})

test('what the table allows', () => {
  assert.deepEqual(found('src/core/a.ts', `import { createHash } from 'node:crypto'\nimport './b.ts'`), [])
  assert.deepEqual(found('src/models/a.ts', `import type { A } from '../core/a.ts'\nimport 'tiktoken/lite'\nimport 'p-queue'`), [])
  assert.deepEqual(found('src/services.ts', `import '../indexes/writer.ts'\nimport './models/a.ts'`), [])
  assert.deepEqual(found('src/cli/program.ts', `import 'commander'\nawait import('../../indexes/command.ts')\nimport '../services.ts'`), [])
})

test('what it does not', () => {
  assert.deepEqual(found('src/core/a.ts', `import 'node:fs'\nimport 'fs'\nimport 'zod'\nimport '../models/a.ts'`), [
    'src/core/a.ts imports node:fs',
    'src/core/a.ts imports fs',
    'src/core/a.ts imports zod',
    'src/core/a.ts imports ../models/a.ts',
  ])
  assert.deepEqual(found('indexes/a.ts', `import 'tiktoken'\nimport { A } from '@huggingface/transformers'`), [
    'indexes/a.ts imports tiktoken',
    'indexes/a.ts imports @huggingface/transformers',
  ])
  assert.deepEqual(found('indexes/a.ts', `const a = await import('../src/models/a.ts')`), ['indexes/a.ts imports ../src/models/a.ts'])
  assert.deepEqual(found('src/services.ts', `import '../bench/recall.ts'\nimport '../test/a.ts'`), [
    'src/services.ts imports ../bench/recall.ts',
    'src/services.ts imports ../test/a.ts',
  ])
  assert.deepEqual(found('src/cli/program.ts', `import '../../indexes/writer.ts'`), ['src/cli/program.ts imports ../../indexes/writer.ts'])
  assert.deepEqual(found('src/models/a.ts', `import 'fast-check'`), ['src/models/a.ts imports fast-check'])
  assert.deepEqual(found('elsewhere/a.ts', ''), ['elsewhere/a.ts stands in no room of the table'])
})

test('cycles, of types too', () => {
  const files = Object.entries({
    'src/a.ts': `import './b.ts'`,
    'src/b.ts': `import type { C } from './c.ts'`,
    'src/c.ts': `import './b.ts'\nimport './d.ts'`,
    'src/d.ts': '',
  }).map(([path, text]) => ({ path, text, imports: importsOf(path, text) }))
  assert.deepEqual(cyclesOf(files), ['src/b.ts -> src/c.ts -> src/b.ts'])
})
