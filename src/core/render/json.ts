import { oneLine } from './line.ts'
import type { Template } from './template.ts'

/** A JSON array, one object a line, the text its last member. */
export const json: Template = {
  name: 'json',
  version: '1.0.0',
  open: '[\n',
  close: '\n]\n',
  separator: ',\n',
  head: ({ citation, title, heading, uri }) => {
    const members = { id: citation, title: oneLine(title), heading: oneLine(heading), source: uri === null ? '' : oneLine(uri) }
    const shown = Object.fromEntries(Object.entries(members).filter(([, value]) => value !== ''))
    return `${JSON.stringify(shown).slice(0, -1)},"text":"`
  },
  escape: (text) => JSON.stringify(text).slice(1, -1),
  tail: '"}',
}
