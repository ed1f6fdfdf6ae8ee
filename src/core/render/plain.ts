import { escapeCitations } from './escape.ts'
import { headLine, oneLine } from './line.ts'
import { citationMark, type Template } from './template.ts'

export const plain: Template = {
  name: 'plain',
  version: '1.0.0',
  open: '',
  close: '',
  separator: '',
  head: ({ citation, title, heading, uri }) =>
    `${citationMark(citation)} ${headLine(title, heading)}`.trimEnd() + (uri === null ? '' : ` (${oneLine(uri)})`) + '\n',
  escape: escapeCitations,
  tail: '\n\n',
}
