import assert from 'node:assert/strict'
import { test } from 'node:test'
import createMarkdownIt from 'markdown-it'
import { htmlToMarkdown } from '../../../ingest/parse/html-to-markdown.ts'
import { kinds, parse } from './kit.ts'

const html = async (content: string) => parse(content, 'text/html')

test('what a page does not show is left out, whether it marks its main content or not', async () => {
  const hidden = [
    '<p style="display:none">A</p>',
    '<p style="color: red; VISIBILITY : hidden">B</p>',
    '<p style="opacity:0">C</p>',
    '<p style="font-size: 0px">D</p>',
    '<p hidden>E</p>',
    '<script>F</script>',
    '<template>G</template>',
    '<aside>H</aside>',
    '<button>I</button>',
  ]
  const shown = ['<p style="display: block">one</p>', '<p style="opacity:0.5">two</p>', '<p style="font-size:0.9em">three</p>']
  assert.equal((await html(`<main>${hidden.join('')}${shown.join('')}</main>`)).document.text, 'one\n\ntwo\n\nthree')
  const long = Array.from(
    { length: 9 },
    (_, at) => `Paragraph ${at}, of an article, that is long enough to be found as one by its commas, words and length.`,
  )
  const page = `<html><head><title>T</title></head><body><p>About</p><div>${[...hidden, ...long.map((each) => `<p>${each}</p>`)].join('')}</div></body></html>`
  assert.equal((await html(page)).document.text, long.join('\n\n'))
})

test('what a page marks as its main content counts where it has text', async () => {
  const page = '<div>Menu</div><main><nav>n</nav></main><article><p>One</p></article>'
  assert.equal((await html(page)).document.text, 'One')
  assert.equal((await html(`${page}<article></article>`)).document.text, 'One')
  assert.equal((await html(`${page}<div role="main">Two</div>`)).document.text, 'Two')
  assert.equal((await html('<main id="app"></main><p>Three</p>')).document.text, 'Three')
})

test('tags that a page may leave out, or has in another place', async () => {
  const shown = async (page: string) => html(page).then(({ document: { text, title } }) => `${title}: ${text}`)
  for (const page of [
    '<!doctype html><meta charset=utf-8><title>T</title><body class=a><p>x',
    '<!doctype html><title>T</title><p>x',
    '<html><head><title>T</title></head><p>x</p></html>',
    '<html><head><title>T</title></head><body><p>x</p></body></html>',
    '<html><body><title>T</title><p>x</p></body></html>',
  ])
    assert.equal(await shown(page), 'T: x', page)
  assert.equal(await shown('<body\n><h2>x</h2></body>'), ': ## x')
  await assert.rejects(html('<html><frameset><frame src="x"></frameset></html>'), { code: 'invalid_document' })
})

test('title, description, author and date of a page', async () => {
  const { document } = await html(
    '<html><head><title>A &amp; b</title><meta property="og:description" content="About it"><meta name="author" content="A. Writer">' +
      '<meta property="article:published_time" content="2026-01-02"></head><body><main><p>Text</p></main></body></html>',
  )
  assert.equal(document.title, 'A & b')
  assert.deepEqual(document.metadata, { description: 'About it', author: 'A. Writer', date: '2026-01-02' })
})

test('code is code, whatever colours it', () => {
  assert.equal(htmlToMarkdown('<pre>a *b*\n  c</pre>'), '```\na *b*\n  c\n```')
  assert.equal(htmlToMarkdown('<div class="highlight-source-js"><pre><span>let</span> a</pre></div>'), '```js\nlet a\n```')
  assert.equal(htmlToMarkdown('<pre><code class="language-md">```\nx\n```\n</code></pre>'), '````md\n```\nx\n```\n````')
  assert.equal(htmlToMarkdown('<table><tr><td>a</td><td><pre>b\nc</pre></td></tr></table>'), '| a | `b c` |\n| --- | --- |')
})

test('lists count, nest and hold paragraphs', () => {
  assert.equal(htmlToMarkdown('<ul><li>a<ul><li>b</li></ul></li><li>c<p>d</p></li></ul>'), '- a\n  - b\n- c\n\n  d')
  assert.equal(htmlToMarkdown('<ol start="9"><li>a</li><li>b</li></ol>'), '9. a\n10. b')
})

test('only what Markdown would take for a mark is escaped', async () => {
  const kept = ['Set max_tokens to [5] (x_1), see C:\\dir', '-5 degrees, +1', '1.5 litres', '#tag', 'a > b', '[1] notes', 'a-b = c']
  for (const text of kept) assert.equal(htmlToMarkdown(`<p>${text.replaceAll('>', '&gt;')}</p>`), text)
  const marks = [
    '- a',
    '+ a',
    '-',
    '---',
    '===',
    '# a',
    '> a',
    '~~~',
    '12. a',
    '3) a',
    '[a]: b',
    '*a*',
    '`a`',
    '__a__',
    '[a](b)',
    '\\*',
    '```',
  ]
  for (const text of marks) {
    const { document, blocks } = await html(`<p>${text.replaceAll('>', '&gt;')}</p><p>b</p>`)
    const rendered = createMarkdownIt('commonmark').render(document.text).replaceAll('&gt;', '>')
    assert.equal(rendered, `<p>${text}</p>\n<p>b</p>\n`)
    assert.equal(kinds({ blocks } as never), 'paragraph paragraph')
  }
})

test('a picture that stands inside the page is what it is called', () => {
  assert.equal(htmlToMarkdown('<p>a <img alt="A chart" src="data:image/png;base64,AAAA"> b <img src="DATA:,x"></p>'), 'a A chart b')
  assert.equal(htmlToMarkdown('<p><img alt="A chart" src="/c.png"></p>'), '![A chart](/c.png)')
})

test('links to places of the page are their words; other links stay', () => {
  assert.equal(
    htmlToMarkdown('<p>See <a href="#x">below</a><a href="#y">¶</a> and <a href="https://a.example">there</a>.</p>'),
    'See below and [there](https://a.example).',
  )
})

test('pages nested without end are refused at the limit, in moments', { timeout: 60_000 }, async () => {
  const nested = (depth: number) => '<div>'.repeat(depth) + 'a' + '</div>'.repeat(depth)
  assert.equal((await html(nested(300))).document.text, 'a')
  await assert.rejects(html(nested(10_000)), { code: 'invalid_document', message: /nested too deeply/u })
  await assert.rejects(parse(nested(30), 'text/html', { markupDepth: 20 }), { code: 'invalid_document' })
  await html(`<ol>${'<li>a</li>'.repeat(5_000)}</ol><pre>${' '.repeat(100_000)}x</pre>`)
})
