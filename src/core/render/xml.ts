import { escapeXml, escapeXmlAttribute } from './escape.ts'
import { oneLine } from './line.ts'
import type { Template } from './template.ts'

function attribute(name: string, value: string): string {
  return value === '' ? '' : ` ${name}="${escapeXmlAttribute(oneLine(value))}"`
}

export const xml: Template = {
  name: 'xml',
  version: '1.0.0',
  open: '<context>\n',
  close: '</context>\n',
  separator: '',
  head: ({ citation, title, heading, uri }) =>
    `<passage id="${citation}"${attribute('title', title)}${attribute('heading', heading)}${attribute('source', uri ?? '')}>\n`,
  escape: escapeXml,
  tail: '\n</passage>\n',
}
