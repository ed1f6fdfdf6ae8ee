import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { modelFiles, type ModelSource } from './model-source.ts'

/** Changes whenever Ration itself turns the same text and weights into other numbers (templates, cuts, pooling, normalisation). */
const ENCODING_VERSION = 1

/** What besides the model's files decides a vector. */
interface TextPreparation {
  readonly queryPrefix: string
  readonly passagePrefix: string
}

/**
 * Names what produced a vector or a score: `<model>@<12 hex digits>`, a SHA-256 over the model's files (weights that stand in
 * a separate `…onnx_data` included), pooling, maximum length, batching, prefixes and normalisation.
 * Files are streamed; a file of the same path, size and modification time is not read twice.
 */
export interface Fingerprints {
  of(source: ModelSource, preparation?: TextPreparation): Promise<string>
}

export function createFingerprints(): Fingerprints {
  const hashes = new Map<string, string>()

  async function fileHash(path: string): Promise<string> {
    const { size, mtimeMs } = await stat(path)
    const key = `${path}\n${size}\n${mtimeMs}`
    const known = hashes.get(key)
    if (known !== undefined) return known
    const hash = createHash('sha256')
    await pipeline(createReadStream(path), hash)
    const digest = hash.digest('hex')
    hashes.set(key, digest)
    return digest
  }

  async function optionalFileHash(path: string): Promise<string | null> {
    const present = await stat(path).then(
      () => true,
      () => false,
    )
    return present ? fileHash(path) : null
  }

  return {
    async of(source, preparation = { queryPrefix: '', passagePrefix: '' }) {
      const files: string[] = []
      for (const file of modelFiles(source)) {
        const path = join(source.folder, file)
        files.push(await fileHash(path))
        if (file.endsWith('.onnx')) files.push((await optionalFileHash(`${path}_data`)) ?? '')
      }
      const identity = {
        version: ENCODING_VERSION,
        files,
        role: source.role,
        pooling: source.pooling,
        maxTokens: source.maxTokens,
        batched: source.batched,
        queryPrefix: preparation.queryPrefix,
        passagePrefix: preparation.passagePrefix,
        normalisation: source.role === 'embedder' ? 'l2' : 'none',
      }
      const digest = createHash('sha256').update(JSON.stringify(identity)).digest('hex')
      return `${source.name}@${digest.slice(0, 12)}`
    },
  }
}
