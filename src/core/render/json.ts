import { oneLine } from './line.ts'
import type { Template } from './template.ts'

/** A JSON array of documents, one object a line for each passage, the text its last member. */
export const json: Template = {
  name: 'json',
  version: '2.0.0',
  open: '[\n',
  close: '\n]\n',
  documentSeparator: ',\n',
  documentEnd: '\n]}',
  itemSeparator: ',\n',
  documentHead: (title) => `{"title":${JSON.stringify(oneLine(title))},"passages":[\n`,
  itemHead: ({ citation, heading, excerpt }) => {
    const members = { id: citation, ...(heading === '' ? {} : { heading: oneLine(heading) }), ...(excerpt ? { excerpt } : {}) }
    return `${JSON.stringify(members).slice(0, -1)},"text":"`
  },
  escape: (text) => JSON.stringify(text).slice(1, -1),
  itemTail: '"}',
  notice: (text) => `,\n{"notice":${JSON.stringify(oneLine(text))}}`,
}
