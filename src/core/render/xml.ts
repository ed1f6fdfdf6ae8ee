import { escapeXml, escapeXmlAttribute } from './escape.ts'
import { oneLine } from './line.ts'
import type { Template } from './template.ts'

function attribute(name: string, value: string): string {
  return value === '' ? '' : ` ${name}="${escapeXmlAttribute(oneLine(value))}"`
}

export const xml: Template = {
  name: 'xml',
  version: '2.0.0',
  open: '<context>\n',
  close: '</context>\n',
  documentSeparator: '',
  documentEnd: '</document>\n',
  itemSeparator: '',
  documentHead: (title) => `<document${attribute('title', title)}>\n`,
  itemHead: ({ citation, heading, excerpt }) =>
    `<passage id="${citation}"${attribute('heading', heading)}${excerpt ? ' excerpt="true"' : ''}>\n`,
  escape: escapeXml,
  itemTail: '\n</passage>\n',
  notice: (text) => `<notice>${escapeXml(oneLine(text))}</notice>\n`,
}
