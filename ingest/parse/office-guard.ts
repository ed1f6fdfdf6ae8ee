import type { ParserSettings } from './parse-settings.ts'
export async function checkOffice(_content: Uint8Array, _settings: ParserSettings): Promise<void> {}
