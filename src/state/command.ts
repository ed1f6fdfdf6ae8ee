import type { Command } from '../core/ports/command.ts'
import { jobsCommand } from './jobs-command/jobs.ts'
import { keyCommand } from './keys-command.ts'
import { usageCommand } from './usage-command.ts'

export const commands: readonly Command[] = [keyCommand, jobsCommand, usageCommand]
