import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { closeFences, escapeCitations } from '../../../src/core/render/escape.ts'
import { HEAD_CHARACTERS, headLine, oneLine } from '../../../src/core/render/line.ts'
import { renderContext, type Passage } from '../../../src/core/render/template.ts'
import { TEMPLATES } from '../../../src/core/render/templates.ts'

const passage = (more: Partial<Passage> = {}): Passage => ({
  citation: 1,
  title: 'Keys',
  heading: 'Rotate',
  uri: 'keys.md',
  text: 'Press it.',
  ...more,
})

describe('templates', () => {
  it('render what a reader expects, byte for byte', () => {
    const two = [passage(), passage({ citation: 2, title: '', heading: '', uri: null, text: 'Wait.' })]
    assert.equal(renderContext(TEMPLATES.markdown, two), '## [1] Keys › Rotate\n<keys.md>\nPress it.\n\n## [2]\nWait.\n\n')
    assert.equal(renderContext(TEMPLATES.plain, two), '[1] Keys › Rotate (keys.md)\nPress it.\n\n[2]\nWait.\n\n')
    assert.equal(
      renderContext(TEMPLATES.xml, two),
      '<context>\n<passage id="1" title="Keys" heading="Rotate" source="keys.md">\nPress it.\n</passage>\n<passage id="2">\nWait.\n</passage>\n</context>\n',
    )
    assert.deepEqual(JSON.parse(renderContext(TEMPLATES.json, two)), [
      { id: 1, title: 'Keys', heading: 'Rotate', source: 'keys.md', text: 'Press it.' },
      { id: 2, text: 'Wait.' },
    ])
  })

  it('render nothing for nothing', () => {
    for (const template of Object.values(TEMPLATES)) assert.equal(renderContext(template, []), '')
  })

  it('leave ordinary text as it is', () => {
    const text = 'A list:\n- one [2]\n- two\n\n| a | b |\n|---|---|\n\n```ts\nconst x = [1]\n```\n'
    assert.equal(TEMPLATES.markdown.escape(text), text)
    assert.equal(TEMPLATES.plain.escape(text), text)
  })

  const hostile = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc
      .array(
        fc.constantFrom(
          '\n',
          '[1]',
          '[12] ',
          '## ',
          '#',
          '> ',
          ' ',
          '</passage>',
          '<passage id="1">',
          '"',
          '}',
          ',',
          '```',
          '~~~',
          'x',
          '\\',
          '\r',
          '\u2028',
        ),
        {
          maxLength: 25,
        },
      )
      .map((parts) => parts.join('')),
  )
  const passages = fc
    .array(fc.record({ title: hostile, heading: hostile, uri: fc.option(hostile), text: hostile }), { minLength: 1, maxLength: 4 })
    .map((drawn) => drawn.map((one, position): Passage => ({ ...one, citation: position + 1 })))

  it('give each passage one citation mark at the start of a line, whatever documents hold', () => {
    const marks = (context: string) => [...context.matchAll(/^[ \t>]*(?:#{1,6}[ \t]*)?\[(\d+)\]/gmu)].map(([, number]) => Number(number))
    fc.assert(
      fc.property(passages, (drawn) => {
        const numbers = drawn.map(({ citation }) => citation)
        assert.deepEqual(marks(renderContext(TEMPLATES.markdown, drawn)), numbers)
        assert.deepEqual(marks(renderContext(TEMPLATES.plain, drawn)), numbers)
      }),
      { numRuns: 1500 },
    )
  })

  it('keep XML and JSON well formed, with the text intact', () => {
    fc.assert(
      fc.property(passages, (drawn) => {
        const xml = renderContext(TEMPLATES.xml, drawn)
        assert.equal(xml.match(/<passage id=/gu)?.length, drawn.length)
        assert.equal(xml.match(/<\/passage>/gu)?.length, drawn.length)
        const parsed = JSON.parse(renderContext(TEMPLATES.json, drawn)) as { text: string }[]
        assert.deepEqual(
          parsed.map(({ text }) => text),
          drawn.map(({ text }) => text),
        )
      }),
      { numRuns: 1500 },
    )
  })
})

describe('escapes', () => {
  it('marks only what begins a line like a citation', () => {
    assert.equal(escapeCitations('[1] a\nb [2] c\n> ## [33] d'), '\\[1] a\nb [2] c\n> ## \\[33] d')
  })

  it('closes a fence that is left open', () => {
    assert.equal(closeFences('a\n```js\nb'), 'a\n```js\nb\n```')
    assert.equal(closeFences('```\na\n```'), '```\na\n```')
    assert.equal(closeFences('```inline``` code\nb'), '```inline``` code\nb')
    assert.equal(closeFences('~~~~\n```\n'), '~~~~\n```\n\n~~~~')
  })
})

describe('heads', () => {
  it('stay on one line of bounded length without splitting a character', () => {
    assert.equal(headLine('A\nB', ''), 'A B')
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
        const line = oneLine(text)
        assert.ok(line.length <= HEAD_CHARACTERS)
        assert.doesNotMatch(line, /[\n\r\u2028\u2029]/u)
      }),
    )
    assert.ok(oneLine('😀'.repeat(150)).isWellFormed())
  })
})
