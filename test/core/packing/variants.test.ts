import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { passageText, type PassageText } from '../../../src/core/packing/passage-text.ts'
import { variantsOf, type VariantInput } from '../../../src/core/packing/variants.ts'
import type { Chunk } from '../../../src/core/types.ts'
import { CHARACTERS, chunksOf, textOf, valued } from './chunks.ts'

const SETTINGS = { maxVariants: 8, shortTokens: 8, contextUnits: 2 }
const frame = (excerpt: boolean) => ({ before: excerpt ? '[1] …\n' : '[1]\n', after: '\n\n' })

const input = (text: PassageText, values: readonly number[], more: Partial<VariantInput> = {}): VariantInput => ({
  text,
  units: valued(text, ...values),
  facets: [],
  excerpts: true,
  frame,
  ...more,
})

const shown = (asked: VariantInput, settings = SETTINGS): readonly string[] =>
  variantsOf(asked, settings).map(({ from, to }) =>
    asked.text.units
      .slice(from, to)
      .map(({ text }) => text)
      .join('')
      .trimStart(),
  )

describe('variants', () => {
  it('grow from the best sentence by the better neighbour to the chunk', () => {
    const text = textOf('Alpha is one thing.', ' Bravo is two things.', ' Charlie is three things.', ' Delta is four things.')
    assert.deepEqual(shown(input(text, [0.3, 0.1, 0.9, 0.5])), [
      'Charlie is three things.',
      'Charlie is three things. Delta is four things.',
      'Alpha is one thing. Bravo is two things. Charlie is three things. Delta is four things.',
    ])
    const chain = variantsOf(input(text, [0.3, 0.1, 0.9, 0.5]), SETTINGS)
    assert.deepEqual(
      chain.map(({ kind }) => kind),
      ['sentences', 'sentences', 'chunk'],
    )
    assert.equal(chain[0]?.tokens, '[1] …\nCharlie is three things.\n\n'.length, 'as rendered')
  })

  it('begin at the chunk where excerpts are forbidden', () => {
    const text = textOf('Alpha is one thing.', ' Bravo is two things.')
    assert.deepEqual(shown(input(text, [0.9, 0], { excerpts: false })), ['Alpha is one thing. Bravo is two things.'])
  })

  it('leave out an excerpt that costs no less than the chunk', () => {
    // The dots cost two characters, what is left out (`A` and the space behind it) no more.
    assert.deepEqual(shown(input(textOf('A', ' Bravo is two things.'), [0, 0.9])), ['A Bravo is two things.'])
    assert.equal(shown(input(textOf('AB', ' Bravo is two things.'), [0, 0.9])).length, 2)
  })

  describe('can be read alone', () => {
    const smallest = (text: PassageText, best: number): string =>
      shown(
        input(
          text,
          text.units.map((_, at) => (at === best ? 0.9 : 0.01)),
        ),
      )[0] ?? ''

    it('a continuation takes what it continues', () => {
      assert.equal(
        smallest(textOf('Bravo has keys.', ' They expire after a day.', ' Charlie stands alone.'), 1),
        'Bravo has keys. They expire after a day.',
      )
      assert.equal(
        smallest(textOf('Bravo has keys.', ' For example, this one here.', ' Charlie stands alone.'), 1),
        'Bravo has keys. For example, this one here.',
      )
      assert.equal(
        smallest(textOf('Bravo has keys.', ' Itemised bills are sent.', ' Charlie stands alone.'), 1),
        'Itemised bills are sent.',
      )
    })

    it('but no more than a few', () => {
      const text = textOf(
        'Alpha stands alone here.',
        ' It goes on for long.',
        ' It goes on and on.',
        ' It goes on for ever.',
        ' Echo stands alone.',
      )
      assert.equal(smallest(text, 3), 'It goes on for long. It goes on and on. It goes on for ever.')
    })

    it('an announcement takes what it announces, an item what announces it', () => {
      const text = textOf(
        'Here is some prose.',
        ' Take the steps as follows:',
        '\n- Open the console now.',
        '\n- Press the red button.',
        '\n\nEverything was said here.',
        ' Nothing else is needed.',
      )
      assert.equal(smallest(text, 1), 'Take the steps as follows:\n- Open the console now.')
      assert.equal(smallest(text, 2), 'Take the steps as follows:\n- Open the console now.')
      assert.equal(smallest(text, 3), 'Take the steps as follows:\n- Open the console now.\n- Press the red button.')
    })

    it('a very short sentence takes a neighbour', () => {
      assert.equal(
        smallest(textOf('Yes.', ' Bravo can be rotated at any time.', ' Charlie stands alone.'), 0),
        'Yes. Bravo can be rotated at any time.',
      )
    })

    it('rows of a table and lines of code stand for themselves', () => {
      const table = textOf(
        '| name | value |\n| --- | --- |',
        '\n| alpha | one thing |',
        '\n| bravo | two things |',
        '\n| charlie | three |',
      )
      assert.equal(smallest(table, 2), '| bravo | two things |')
      const code = textOf('const alpha = one(1)', '\nlet bravo = alpha + two', '\nreturn bravo * three')
      assert.equal(smallest(code, 1), 'let bravo = alpha + two')
    })
  })

  it('go on beyond the chunk: neighbours of the section first, then the others', () => {
    const chunks = chunksOf([
      { sentences: ['Zero is elsewhere.'], path: ['Other'] },
      { sentences: ['One is here.'], path: ['Here'] },
      { sentences: ['Two is here as well.'], path: ['Here'] },
      { sentences: ['Three is here too.'], path: ['Here'] },
    ])
    const [zero, one, two, three] = chunks as [Chunk, Chunk, Chunk, Chunk]
    const text = passageText(two, [zero, one], [three], { counter: CHARACTERS, escape: (each) => each })
    const chain = variantsOf(input(text, [0.01, 0.1, 0.9, 0.5], { excerpts: false }), SETTINGS)
    assert.deepEqual(
      chain.map(({ kind, from, to }) => [kind, from, to]),
      [
        ['chunk', 2, 3],
        ['joined', 2, 4],
        ['section', 1, 4],
        ['joined', 0, 4],
      ],
    )
  })

  it('are as many as allowed; the smallest, the chunk and the largest stay', () => {
    const text = textOf(...Array.from({ length: 12 }, (_, at) => `${at === 0 ? '' : ' '}Sentence number ${at} says something.`))
    const values = [0.1, 0.1, 0.2, 0.3, 0.9, 0.8, 0.5, 0.4, 0.2, 0.1, 0.1, 0.1]
    for (const maxVariants of [2, 3, 4, 8]) assert.equal(shown(input(text, values), { ...SETTINGS, maxVariants }).length, maxVariants)
    assert.equal(shown(input(text, values), { ...SETTINGS, maxVariants: 2 })[0], 'Sentence number 4 says something.')
  })

  it('are a chain whatever the values: nested, dearer and dearer, ending in everything', () => {
    const sentence = fc.constantFrom('It goes on.', 'Yes.', 'Keys expire after a day.', '- an item', '| a | row |', 'for example:', 'x = 1')
    const chunk = fc.record({
      sentences: fc.array(sentence, { minLength: 1, maxLength: 8 }),
      path: fc.constantFrom(['A'], ['B']),
      gap: fc.constantFrom('\n\n', ' ', null),
    })
    fc.assert(
      fc.property(
        fc.array(chunk, { minLength: 1, maxLength: 5 }),
        fc.nat(),
        fc.array(fc.nat(100), { minLength: 40, maxLength: 40 }),
        fc.integer({ min: 1, max: 6 }),
        fc.boolean(),
        (drafts, pick, percent, maxVariants, excerpts) => {
          const chunks = chunksOf(
            drafts.map((draft) => ({ ...draft, sentences: draft.sentences.map((each, at) => (at === 0 ? each : ` ${each}`)) })),
          )
          const own = pick % chunks.length
          const text = passageText(chunks[own] as Chunk, chunks.slice(0, own), chunks.slice(own + 1), {
            counter: CHARACTERS,
            escape: (each) => each,
          })
          const asked = input(
            text,
            percent.map((each) => each / 100),
            { excerpts },
          )
          const chain = variantsOf(asked, { ...SETTINGS, maxVariants })
          assert.ok(chain.length <= Math.max(3, maxVariants) && chain.length > 0)
          const part = text.parts.find((each) => each.chunk === text.chunk.id)
          assert.ok(part !== undefined)
          chain.forEach(({ from, to, tokens, kind }, at) => {
            const before = chain[at - 1]
            if (before !== undefined) assert.ok(from <= before.from && to >= before.to && tokens > before.tokens)
            const starts = text.parts.some((each) => each.from === from)
            const body = text.units
              .slice(from, to)
              .map((unit) => unit.text)
              .join('')
              .trimStart()
            assert.equal(tokens, (frame(!starts).before + body + frame(!starts).after).length)
            assert.equal(kind === 'chunk', from === part.from && to === part.to)
            if (!excerpts) assert.notEqual(kind, 'sentences')
          })
          assert.ok(chain.some(({ kind }) => kind === 'chunk'))
          assert.deepEqual([chain.at(-1)?.from, chain.at(-1)?.to], [0, text.units.length])
        },
      ),
      { numRuns: 2000 },
    )
  })
})
