import { closeFences, escapeCitations } from './escape.ts'
import { headLine, oneLine } from './line.ts'
import { citationMark, type Template } from './template.ts'

export const markdown: Template = {
  name: 'markdown',
  version: '1.0.0',
  open: '',
  close: '',
  separator: '',
  head: ({ citation, title, heading, uri }) =>
    `## ${citationMark(citation)} ${headLine(title, heading)}`.trimEnd() + '\n' + (uri === null ? '' : `<${oneLine(uri)}>\n`),
  escape: (text) => closeFences(escapeCitations(text)),
  tail: '\n\n',
}
