import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { closeFences, escapeCitations } from '../../../src/core/render/escape.ts'
import { HEAD_CHARACTERS, oneLine } from '../../../src/core/render/line.ts'
import { renderContext, type RenderedDocument, type RenderedItem } from '../../../src/core/render/template.ts'
import { TEMPLATES } from '../../../src/core/render/templates.ts'

const item = (more: Partial<RenderedItem> = {}): RenderedItem => ({
  citation: 1,
  heading: 'Rotate',
  excerpt: false,
  text: 'Press it.',
  ...more,
})

describe('templates', () => {
  it('render what a reader expects, byte for byte', () => {
    const documents: RenderedDocument[] = [
      { title: 'Keys', items: [item(), item({ citation: 2, heading: '', excerpt: true, text: 'Wait.' })] },
      { title: '', items: [item({ citation: 3, heading: '', text: 'Alone.' })] },
    ]
    const rendering = { documents, notice: 'Some stages failed.' }
    assert.equal(
      renderContext(TEMPLATES.markdown, rendering),
      '## Keys\n[1] Rotate\nPress it.\n\n[2] …\nWait.\n\n---\n[3]\nAlone.\n\n> Some stages failed.\n',
    )
    assert.equal(
      renderContext(TEMPLATES.plain, rendering),
      'Keys\n[1] Rotate\nPress it.\n\n[2] …\nWait.\n\n---\n[3]\nAlone.\n\nNote: Some stages failed.\n',
    )
    assert.equal(
      renderContext(TEMPLATES.xml, rendering),
      '<context>\n<document title="Keys">\n<passage id="1" heading="Rotate">\nPress it.\n</passage>\n' +
        '<passage id="2" excerpt="true">\nWait.\n</passage>\n</document>\n<document>\n<passage id="3">\nAlone.\n</passage>\n</document>\n' +
        '<notice>Some stages failed.</notice>\n</context>\n',
    )
    assert.deepEqual(JSON.parse(renderContext(TEMPLATES.json, rendering)), [
      {
        title: 'Keys',
        passages: [
          { id: 1, heading: 'Rotate', text: 'Press it.' },
          { id: 2, excerpt: true, text: 'Wait.' },
        ],
      },
      { title: '', passages: [{ id: 3, text: 'Alone.' }] },
      { notice: 'Some stages failed.' },
    ])
  })

  it('render nothing for nothing', () => {
    for (const template of Object.values(TEMPLATES)) assert.equal(renderContext(template, { documents: [], notice: null }), '')
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
  const drawnDocuments = fc
    .array(
      fc.record({
        title: hostile,
        items: fc.array(fc.record({ heading: hostile, excerpt: fc.boolean(), text: hostile }), { minLength: 1, maxLength: 3 }),
      }),
      {
        minLength: 1,
        maxLength: 3,
      },
    )
    .map((drawn): RenderedDocument[] => {
      let citation = 0
      return drawn.map(({ title, items }) => ({ title, items: items.map((one) => ({ ...one, citation: ++citation })) }))
    })
  const itemsOf = (documents: readonly RenderedDocument[]) => documents.flatMap(({ items }) => items)

  it('give each item one citation mark at the start of a line, whatever documents hold', () => {
    const marks = (context: string) => [...context.matchAll(/^[ \t>]*(?:#{1,6}[ \t]*)?\[(\d+)\]/gmu)].map(([, number]) => Number(number))
    fc.assert(
      fc.property(drawnDocuments, (documents) => {
        const numbers = itemsOf(documents).map(({ citation }) => citation)
        assert.deepEqual(marks(renderContext(TEMPLATES.markdown, { documents, notice: null })), numbers)
        assert.deepEqual(marks(renderContext(TEMPLATES.plain, { documents, notice: null })), numbers)
      }),
      { numRuns: 1500 },
    )
  })

  it('keep XML and JSON well formed, with the text intact', () => {
    fc.assert(
      fc.property(drawnDocuments, (documents) => {
        const xml = renderContext(TEMPLATES.xml, { documents, notice: null })
        assert.equal(xml.match(/<passage id=/gu)?.length, itemsOf(documents).length)
        assert.equal(xml.match(/<\/passage>/gu)?.length, itemsOf(documents).length)
        assert.equal(xml.match(/<\/document>/gu)?.length, documents.length)
        const parsed = JSON.parse(renderContext(TEMPLATES.json, { documents, notice: null })) as { passages: { text: string }[] }[]
        assert.deepEqual(
          parsed.flatMap(({ passages }) => passages.map(({ text }) => text)),
          itemsOf(documents).map(({ text }) => text),
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
    assert.equal(oneLine('A\nB'), 'A B')
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
