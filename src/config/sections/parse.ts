import { z } from 'zod'
import { choice, flag, limit, names } from '../setting.ts'

const MIB = 1024 * 1024

/** Reading files in child processes, and what a file may cost there (ingest/parse/parse-settings.ts). */
export const parse = z
  .strictObject({
    children: limit({
      unit: 'processes',
      default: 2,
      min: 1,
      ceiling: 64,
      why: 'Files that are parsed at the same time; one more process is kept warm, so that a death costs little',
    }),
    unpackers: limit({
      unit: 'processes',
      default: 2,
      min: 1,
      ceiling: 64,
      why: 'Archives that are unpacked at the same time; apart from parsing, which an archive waits for while it is read',
    }),
    nice: limit({
      unit: 'priority',
      default: 10,
      min: 0,
      ceiling: 19,
      why: 'Parsing gives way to questions: 19 is the lowest priority, 0 that of the service',
    }),
    start_ms: limit({
      unit: 'ms',
      default: 30_000,
      min: 1000,
      ceiling: 300_000,
      why: 'A process that is not ready by then is given up; it takes 300 ms on an idle machine',
    }),
    idle_ms: limit({
      unit: 'ms',
      default: 60_000,
      min: 10,
      ceiling: 86_400_000,
      why: 'Processes without work end and give their memory back',
    }),
    queue_documents: limit({
      unit: 'documents',
      default: 20_000,
      min: 1,
      ceiling: 1_000_000,
      why: 'Waiting to be parsed; beyond it `too_busy`. A load waits with at most ingest.batch_documents',
    }),
    batch_documents: limit({ unit: 'documents', default: 16, min: 1, ceiling: 1000, why: 'Small texts sent to a process in one message' }),
    batch_bytes: limit({ unit: 'bytes', default: 262_144, min: 1, ceiling: 16 * MIB, why: 'Together; a larger file is sent alone' }),
    child_documents: limit({
      unit: 'documents',
      default: 5000,
      min: 1,
      ceiling: 10_000_000,
      why: 'A process is replaced after as many, so that nothing that leaks adds up',
    }),
    child_growth_bytes: limit({
      unit: 'bytes',
      default: 384 * MIB,
      min: MIB,
      ceiling: 16_384 * MIB,
      why: 'A process that has grown by as much since it was ready is replaced between two files',
    }),
    memory_bytes: limit({
      unit: 'bytes',
      default: 1024 * MIB,
      min: 96 * MIB,
      ceiling: 65_536 * MIB,
      why: 'Resident memory of one process, watched from outside; beyond it the file fails as parser_limit',
    }),
    watch_ms: limit({ unit: 'ms', default: 50, min: 5, ceiling: 1000, why: 'How often memory and time are looked at' }),
    time_ms: limit({
      unit: 'ms',
      default: 120_000,
      min: 50,
      ceiling: 3_600_000,
      why: 'For one file, or one part of an archive; beyond it the file fails as parser_limit. 100 pages of PDF take a second',
    }),
    file_bytes: limit({
      unit: 'bytes',
      default: 64 * MIB,
      min: 1024,
      ceiling: 512 * MIB,
      why: 'A larger file fails alone. Text is bounded by ingest.document_bytes',
    }),
    pages: limit({ unit: 'pages', default: 5000, min: 1, ceiling: 100_000, why: 'A document with more fails as parser_limit' }),
    output_characters: limit({
      unit: 'characters',
      default: 20_000_000,
      min: 1000,
      ceiling: 200_000_000,
      why: 'Text read out of one file, which a small file can make large; beyond it the file fails as parser_limit',
    }),
    markup_depth: limit({
      unit: 'levels',
      default: 400,
      min: 8,
      ceiling: 2000,
      why: 'Elements in elements of HTML and XML; pages of people have fewer than 60',
    }),
    ocr: flag({
      unit: 'flag',
      default: false,
      why: 'Read the pictures of pages without text (scanned PDF) with tesseract.js; 1 to 10 s a page',
    }),
    ocr_language: choice(['eng'], {
      unit: 'name',
      default: 'eng',
      why: 'Language data of tesseract that comes with Ration; nothing is downloaded',
    }),
    ocr_pixels: limit({
      unit: 'pixels',
      default: 40_000_000,
      min: 10_000,
      ceiling: 400_000_000,
      why: 'A larger picture is not read: an A4 page at 600 dpi has 35 million',
    }),
    record_fields: z
      .strictObject({
        id: names({
          unit: 'names',
          default: ['_id', 'id'],
          why: 'Keys of a JSON record that its id is looked for under, best first; without one it has its position',
        }),
        text: names({
          unit: 'names',
          default: ['text', 'content', 'body'],
          why: 'Keys for its text; JSON whose first record has none is a single document',
        }),
        title: names({ unit: 'names', default: ['title'], why: 'Keys for its title' }),
        uri: names({ unit: 'names', default: ['uri', 'url'], why: 'Keys for the address of the original' }),
        metadata: names({
          unit: 'names',
          default: ['metadata'],
          why: 'Keys for an object of metadata; all other keys of the record become metadata too',
        }),
      })
      .prefault({}),
    archive_entries: limit({
      unit: 'entries',
      default: 20_000,
      min: 1,
      ceiling: 1_000_000,
      why: 'Files in one archive, those of archives inside it included; beyond it the rest fails as parser_limit',
    }),
    archive_bytes: limit({
      unit: 'bytes',
      default: 1024 * MIB,
      min: 1024,
      ceiling: 65_536 * MIB,
      why: 'All files of one archive unpacked; they are held one at a time',
    }),
    archive_ratio: limit({
      unit: 'times',
      default: 200,
      min: 2,
      ceiling: 2000,
      why: 'A file that unpacks to more than this many times its packed size, and to over 1 MiB, is taken for a bomb; text packs 3 to 10 times',
    }),
    archive_depth: limit({ unit: 'archives', default: 2, min: 1, ceiling: 8, why: 'Archives in archives, the outermost counted' }),
  })
  .prefault({})
