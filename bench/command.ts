import type { Command } from '../src/core/ports/command.ts'
import { abstainCommand } from './abstain/command.ts'
import { budgetCommand } from './budget/command.ts'
import { compareCommand } from './compare/command.ts'
import { contextCommand } from './context/command.ts'
import { followUpsCommand } from './follow-ups/command.ts'
import { fitCommand } from './fit/command.ts'
import { fitConfidenceCommand } from './fit-confidence/command.ts'
import { goldenCommand } from './golden/command.ts'
import { ingestCommand } from './ingest/command.ts'
import { intentCommand } from './intent-command.ts'
import { latencyCommand } from './latency/command.ts'
import { nearCommand } from './near/command.ts'
import { packingCommand } from './packing/command.ts'
import { recallCommand } from './recall/command.ts'
import { scoreCommand } from './recall/score-command.ts'
import { tablesCommand } from './tables/command.ts'
import { tuneCommand } from './tune/command.ts'

export const command: Command = {
  name: 'bench',
  summary: 'Measure quality, latency and tokens; never touches the service’s data',
  arguments: [],
  options: [],
  examples: ['ration bench recall --dataset ../shared/data/scifact', 'ration bench golden', 'ration bench tables'],
  subcommands: [
    recallCommand,
    latencyCommand,
    goldenCommand,
    followUpsCommand,
    contextCommand,
    budgetCommand,
    abstainCommand,
    intentCommand,
    compareCommand,
    scoreCommand,
    ingestCommand,
    nearCommand,
    packingCommand,
    tuneCommand,
    fitCommand,
    fitConfidenceCommand,
    tablesCommand,
  ],
}
