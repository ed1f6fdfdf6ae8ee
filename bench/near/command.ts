import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AppError } from '../../src/core/errors.ts'
import { signatureOf } from '../../src/core/near/min-hash.ts'
import { NearIndex } from '../../src/core/near/near-index.ts'
import { shinglesOf } from '../../src/core/near/shingles.ts'
import type { Command, CommandInput, CommandTools, ExitCode } from '../../src/core/ports/command.ts'
import { textHash } from '../../src/core/text/normalise.ts'
import { choiceOption, numberOption, textOption } from '../arguments.ts'
import { COMMON_OPTIONS } from '../common-options.ts'
import { writeJsonFile } from '../json-file.ts'
import { describeMachine } from '../machine.ts'
import { readMarkdownFolder } from '../markdown-folder.ts'
import { createPrng } from '../prng.ts'
import { withSession } from '../session.ts'
import { settingsOption } from '../settings-option.ts'
import { shuffle } from '../shuffle.ts'
import { nearTables } from '../tables/near-table.ts'
import { show } from '../tables/show.ts'
import { measureCost } from './cost.ts'
import { measureDetection, type Detection } from './measure.ts'
import { readPassages } from './passages.ts'
import { plant } from './plant.ts'
import type { NearResult } from './result.ts'

/** The configured default; the same bound is the truth that is compared with. */
const JACCARD = 0.8

export const nearCommand: Command = {
  name: 'near',
  summary: 'Plant near-duplicates of real passages and count how many are found, and what that costs an ingest',
  arguments: [],
  options: [
    { flags: '--source <folder>', description: 'a folder of folders of Markdown' },
    {
      flags: '--half <half>',
      description: 'documents to take passages from: first (for tuning) or second (for reporting)',
      default: 'second',
    },
    { flags: '--passages <count>', description: 'passages, each with five copies', default: '2000' },
    { flags: '--seed <number>', description: 'of the copies', default: '1' },
    {
      flags: '--rounds <count>',
      description: 'ingests of all documents with and without, the fastest counts; 0 leaves them out',
      default: '3',
    },
    { ...COMMON_OPTIONS.profile, default: 'fast' },
    COMMON_OPTIONS.out,
    COMMON_OPTIONS.set,
  ],
  examples: ['ration bench near --source ../shared/corpora', 'ration bench near --source ../shared/corpora --half first --rounds 0'],
  run,
}

async function run({ options }: CommandInput, tools: CommandTools): Promise<ExitCode> {
  const source = textOption(options, 'source')
  if (source === null) throw new AppError('invalid_request', 'name a folder of folders of Markdown: --source <folder>', {})
  const half = choiceOption(options, 'half', ['first', 'second'], 'second')
  const profile = textOption(options, 'profile') ?? 'fast'
  const seed = numberOption(options, 'seed', { min: 0, max: 2 ** 31 }, 1)
  const most = numberOption(options, 'passages', { min: 1, max: 100_000 }, 2000)
  const rounds = numberOption(options, 'rounds', { min: 0, max: 100 }, 3)
  const passages = shuffle(await readPassages(source, half), createPrng(seed)).slice(0, most)
  const copies = shuffle(plant(passages, seed), createPrng(seed + 1))

  const directory = await mkdtemp(join(tmpdir(), 'ration-near-'))
  let detection: Detection
  try {
    const all = { passages, copies, jaccard: JACCARD, profile }
    detection = await withSession(tools, directory, settingsOption(options), (session) => measureDetection(session, all))
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
  const result: NearResult = {
    ...{ bench: 'near', half, passages: passages.length, jaccard: JACCARD },
    ...detection,
    ...workOf([...passages, ...copies.map(({ text }) => text)]),
    cost: rounds === 0 ? null : await measureCost(tools, (await readMarkdownFolder(source)).documents, { profile, rounds }),
    versions: { seed: String(seed) },
    machine: describeMachine(),
  }
  const out = textOption(options, 'out')
  if (out !== null) await writeJsonFile(out, result)
  show(tools.terminal, result, nearTables(result))
  return 0
}

/** What the index of texts takes for these, compiled code: the first half warms it. */
function workOf(texts: readonly string[]): Pick<NearResult, 'us_per_text' | 'bytes_per_text'> {
  const index = new NearIndex(texts.length)
  const take = (text: string): void => {
    const signature = signatureOf(shinglesOf(text))
    index.suspects(signature)
    index.add(textHash(text), signature, null)
  }
  const half = Math.floor(texts.length / 2)
  for (const text of texts.slice(0, half)) take(text)
  const started = performance.now()
  for (const text of texts.slice(half)) take(text)
  const ms = performance.now() - started
  return { us_per_text: (ms * 1000) / (texts.length - half), bytes_per_text: index.bytes / index.size }
}
