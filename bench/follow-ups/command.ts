import type { Command, CommandInput, CommandTools, ExitCode } from '../../src/core/ports/command.ts'
import { listOption, textOption } from '../arguments.ts'
import { buildIndex } from '../build-index.ts'
import { COMMON_OPTIONS } from '../common-options.ts'
import { writeJsonFile } from '../json-file.ts'
import { describeMachine } from '../machine.ts'
import { readMarkdownFolder, streamOf } from '../markdown-folder.ts'
import { withSession, type Session } from '../session.ts'
import { settingsOption } from '../settings-option.ts'
import { followUpsTables } from '../tables/follow-ups-table.ts'
import { inOrder } from '../in-order.ts'
import { show } from '../tables/show.ts'
import { measureComplete } from './complete.ts'
import { readConversations, type Conversation } from './conversations.ts'
import { measureTurns, summarise } from './measure.ts'
import type { CompleteFigures, FollowUpsResult } from './result.ts'

const FILE = 'bench/cases/follow-ups.jsonl'

export const followUpsCommand: Command = {
  name: 'follow-ups',
  summary: 'Search the short questions of conversations as they stand, with what is carried over, and as rewritten by hand',
  arguments: [],
  options: [
    { flags: '--conversations <file>', description: 'conversations as JSON lines', default: FILE },
    { flags: '--documents <folder>', description: 'the Markdown that they are about', default: 'docs' },
    {
      flags: '--complete <file,...>',
      description: 'questions that stand alone, as JSON lines',
      default: 'bench/cases/docs.questions.jsonl',
    },
    COMMON_OPTIONS.profile,
    COMMON_OPTIONS.language,
    COMMON_OPTIONS.out,
    COMMON_OPTIONS.cache,
    COMMON_OPTIONS.set,
  ],
  examples: ['ration bench follow-ups', 'ration bench follow-ups --profile fast --out result.json'],
  run,
}

async function run({ options }: CommandInput, tools: CommandTools): Promise<ExitCode> {
  const text = (name: string, otherwise: string) => textOption(options, name) ?? otherwise
  const conversations = await readConversations(text('conversations', FILE))
  const shape = { profile: text('profile', 'standard'), language: text('language', 'English') }
  const complete = await inOrder(listOption(options, 'complete'), measureComplete)
  const result = await withSession(tools, text('cache', '.bench'), settingsOption(options), (session) =>
    runFollowUps(session, { conversations, complete, folder: text('documents', 'docs'), ...shape }),
  )
  const out = textOption(options, 'out')
  if (out !== null) await writeJsonFile(out, result)
  show(tools.terminal, result, followUpsTables(result))
  return 0
}

interface Run {
  readonly conversations: readonly Conversation[]
  readonly complete: readonly CompleteFigures[]
  readonly folder: string
  readonly profile: string
  readonly language: string
}

async function runFollowUps(session: Session, { conversations, complete, folder, profile, language }: Run): Promise<FollowUpsResult> {
  const { documents, hash } = await readMarkdownFolder(folder)
  const corpus = { name: 'follow-ups', hash, documents: documents.length, read: () => streamOf(documents) }
  const { index, figures: ingest } = await buildIndex(session, corpus, { profile, unit: 'chunk', language })
  const measured = await measureTurns(session, index, conversations)
  const figuresOf = (split: Conversation['split']) =>
    summarise(
      conversations.filter((each) => each.split === split).length,
      measured.filter((each) => each.split === split),
    )
  return {
    bench: 'follow-ups',
    profile,
    unit: 'chunk',
    splits: { dev: figuresOf('dev'), test: figuresOf('test') },
    complete,
    versions: session.engine.versions,
    ingest,
    machine: describeMachine(),
  }
}
