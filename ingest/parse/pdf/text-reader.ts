import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { invariant } from '../../../src/core/errors.ts'

/** What is used of tesseract's own interface (tesseract.js-core, which tesseract.js loads). */
interface Tesseract {
  readonly FS: { writeFile(path: string, data: Uint8Array): void; unlink(path: string): void }
  readonly TessBaseAPI: new () => TesseractApi
}
interface TesseractApi {
  Init(folder: string | null, language: string, engine: number): number
  SetImageFile(orientation: number, angle: number): number
  Recognize(monitor: null): number
  GetUTF8Text(): string
  End(): void
}
type Core = (options: object) => Promise<Tesseract>

export interface TextReader {
  /** Lines with blank ones between paragraphs; empty where nothing was found. Takes a binary PGM. */
  read(greyMap: Uint8Array): string
  close(): void
}

const require = createRequire(import.meta.url)

/** Packages with the data of each language of `parse.ocr_language`. */
const LANGUAGES: Readonly<Record<string, () => string>> = { eng: () => require.resolve('@tesseract.js-data/eng/package.json') }

/** Neural networks only. */
const LSTM_ONLY = 1
const UPRIGHT = 1

/**
 * Tesseract with language data out of node_modules. It runs in this thread, not in the worker that tesseract.js would start: a parser's process may start
 * neither threads nor requests, and has nothing else to do meanwhile. It needs WebAssembly, some 100 MB, and 1 to 10 s for a page.
 */
export async function createTextReader(language: string): Promise<TextReader> {
  const data = LANGUAGES[language]
  invariant(data !== undefined, 'the configuration knows the languages that there are')
  const getCore = require('tesseract.js/src/worker-script/node/getCore.js') as (engine: number, path: null, events: object) => Promise<Core>
  const core = await getCore(LSTM_ONLY, null, { progress: () => undefined })
  const tesseract = await core({ TesseractProgress: () => undefined })
  const packed = join(dirname(data()), '4.0.0_best_int', `${language}.traineddata.gz`)
  tesseract.FS.writeFile(`${language}.traineddata`, await promisify(gunzip)(await readFile(packed)))
  const api = new tesseract.TessBaseAPI()
  invariant(api.Init(null, language, LSTM_ONLY) === 0, 'tesseract starts with its language data')
  return {
    read(greyMap) {
      tesseract.FS.writeFile('/input', greyMap)
      if (api.SetImageFile(UPRIGHT, 0) === 1 || api.Recognize(null) !== 0) return ''
      return api.GetUTF8Text()
    },
    close: () => api.End(),
  }
}
