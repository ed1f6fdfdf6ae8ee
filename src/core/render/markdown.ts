import { closeFences, escapeCitations } from './escape.ts'
import { oneLine, titleLine } from './line.ts'
import { markLine } from './mark-line.ts'
import type { Template } from './template.ts'

export const markdown: Template = {
  name: 'markdown',
  version: '2.0.0',
  open: '',
  close: '',
  documentSeparator: '',
  documentEnd: '',
  itemSeparator: '',
  documentHead: (title) => titleLine(title, '## '),
  itemHead: markLine,
  escape: (text) => closeFences(escapeCitations(text)),
  itemTail: '\n\n',
  notice: (text) => `> ${oneLine(text)}\n`,
}
