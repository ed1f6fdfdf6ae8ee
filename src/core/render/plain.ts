import { escapeCitations } from './escape.ts'
import { oneLine, titleLine } from './line.ts'
import { markLine } from './mark-line.ts'
import type { Template } from './template.ts'

export const plain: Template = {
  name: 'plain',
  version: '2.0.0',
  open: '',
  close: '',
  documentSeparator: '',
  documentEnd: '',
  itemSeparator: '',
  documentHead: (title) => titleLine(title, ''),
  itemHead: markLine,
  escape: escapeCitations,
  itemTail: '\n\n',
  notice: (text) => `Note: ${oneLine(text)}\n`,
}
