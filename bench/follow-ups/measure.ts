import type { IndexName } from '../../src/core/ids.ts'
import { resolveFollowUp, type AskedBefore, type Resolved } from '../../src/core/query/follow-up.ts'
import { inOrder } from '../in-order.ts'
import { mean } from '../metrics/mean.ts'
import { locateAll, passageRank, rankedChunks } from '../passages.ts'
import type { Session } from '../session.ts'
import type { Conversation, Turn } from './conversations.ts'
import type { FollowUpFigures, Systems } from './result.ts'

/** A later turn, with the rank of its passage for each way of searching; infinite where it was not found. */
export interface Measured {
  readonly split: Conversation['split']
  readonly turn: Turn
  readonly carries: boolean
  readonly ranks: Systems
}

/** Ranks the passage of every turn but the openings. */
export async function measureTurns(
  session: Session,
  index: IndexName,
  conversations: readonly Conversation[],
): Promise<readonly Measured[]> {
  const later = conversations.flatMap(({ turns, split }) => {
    const resolved = resolveAll(turns)
    return turns.flatMap((turn, order) => (order === 0 ? [] : [{ ...turn, split, resolved: resolved[order] as Resolved, turn }]))
  })
  const located = await locateAll(session, index, later)
  const progress = session.terminal.progress('follow-ups', located.length)
  const rankOf = async (query: string, place: (typeof located)[number]) => passageRank(await rankedChunks(session, index, query), place)
  try {
    return await inOrder(located, async (place) => {
      const { turn, split, resolved } = place
      const alone = await rankOf(turn.question, place)
      const carried = resolved.followUp === null ? alone : await rankOf(resolved.searched, place)
      const byHand = turn.standalone === turn.question ? alone : await rankOf(turn.standalone, place)
      progress.advance(1)
      return { split, turn, carries: resolved.followUp !== null, ranks: { alone, carried, by_hand: byHand } }
    })
  } finally {
    progress.stop()
  }
}

/** As a session would search them, one after the other. */
export function resolveAll(turns: readonly { readonly question: string }[]): readonly Resolved[] {
  const earlier: AskedBefore[] = []
  return turns.map(({ question }) => {
    const resolved = resolveFollowUp(question, earlier)
    earlier.push({ query: question, searched: resolved.searched })
    return resolved
  })
}

export function summarise(conversations: number, measured: readonly Measured[]): FollowUpFigures {
  const followUps = measured.filter(({ turn }) => turn.kind === 'follow_up')
  const switches = measured.filter(({ turn }) => turn.kind === 'switch')
  const recall = (of: readonly Measured[], k: number): Systems => {
    const share = (system: keyof Systems) => mean(of.map(({ ranks }) => (ranks[system] <= k ? 1 : 0)))
    return { alone: share('alone'), carried: share('carried'), by_hand: share('by_hand') }
  }
  const { alone, carried } = recall(switches, 5)
  return {
    conversations,
    follow_ups: followUps.length,
    recognised: mean(followUps.map(({ carries }) => (carries ? 1 : 0))),
    'follow_up_recall@1': recall(followUps, 1),
    'follow_up_recall@5': recall(followUps, 5),
    switches: switches.length,
    polluted: switches.filter(({ carries }) => carries).length,
    'switch_recall@5': { alone, carried },
  }
}
