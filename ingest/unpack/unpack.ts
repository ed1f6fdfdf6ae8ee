import type { RawDocument } from '../../src/core/types.ts'
import type { SentItem } from '../parse/child-messages.ts'
import type { ParserSettings } from '../parse/parse-settings.ts'

export async function unpack(_raw: RawDocument, _settings: ParserSettings): Promise<AsyncIterable<readonly SentItem[]> | null> {
  return null
}
