import { z } from 'zod'
import { limit } from '../setting.ts'

/** Parsing, chunking and loading documents (ingest/settings.ts). */
export const ingest = z
  .strictObject({
    document_bytes: limit({
      unit: 'bytes',
      default: 4 * 1024 * 1024,
      min: 1024,
      ceiling: 64 * 1024 * 1024,
      why: 'A larger document fails alone; whole books of plain text have 1 to 5 MB',
    }),
    metadata_bytes: limit({
      unit: 'bytes',
      default: 16_384,
      min: 64,
      ceiling: 65_536,
      why: 'Metadata of one document with its front matter, as JSON; it is stored with every chunk',
    }),
    title_characters: limit({
      unit: 'characters',
      default: 400,
      min: 16,
      ceiling: 2000,
      why: 'A longer title is cut: it stands in front of every passage of its document',
    }),
    target_tokens: limit({
      unit: 'tokens',
      default: 200,
      min: 32,
      ceiling: 8000,
      why: 'What a chunk aims at, title and headings included, in tokens of the embedding model; large enough to be understood alone',
    }),
    max_tokens: limit({
      unit: 'tokens',
      default: 254,
      min: 48,
      ceiling: 8190,
      why: 'No chunk has more, title and headings included: the built-in encoders read 256 with their two special tokens',
    }),
    chunk_characters: limit({
      unit: 'characters',
      default: 3000,
      min: 200,
      ceiling: 100_000,
      why: 'No chunk has more: an unbroken run of any length is a single token to some encoders, and a long bill to the reader',
    }),
    document_chunks: limit({
      unit: 'chunks',
      default: 20_000,
      min: 1,
      ceiling: 50_000,
      why: 'A document with more fails alone: its chunks are replaced in one commit',
    }),
    batch_documents: limit({
      unit: 'documents',
      default: 256,
      min: 1,
      ceiling: 1000,
      why: 'Written in one commit; the first batches of a load are smaller, so that progress shows early',
    }),
    batch_characters: limit({
      unit: 'characters',
      default: 1_500_000,
      min: 1000,
      ceiling: 4_000_000,
      why: 'Of one batch (about 2,000 chunks); a single larger document is a batch of its own',
    }),
    batches_ahead: limit({
      unit: 'batches',
      default: 3,
      min: 1,
      ceiling: 16,
      why: 'Batches in memory: one is parsed and one embedded while one is written',
    }),
    optimize_chunks: limit({
      unit: 'chunks',
      default: 500,
      min: 1,
      ceiling: 100_000,
      why: 'A load by the command that wrote more brings them into the indexes at its end, a job in the pause after the last one; each chunk that is not there costs a question 65 µs',
    }),
    model_texts: limit({
      unit: 'texts',
      default: 2048,
      min: 1,
      ceiling: 8192,
      why: 'Texts in one call to a model, at most models.request_texts; between calls others get their turn',
    }),
    reused_vectors: limit({
      unit: 'vectors',
      default: 4096,
      min: 0,
      ceiling: 1_000_000,
      why: 'Vectors kept during one load, so that text that stands in many documents is embedded once; 1.5 kB each',
    }),
  })
  .prefault({})
