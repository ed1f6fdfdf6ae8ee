import type { Api } from '../../src/core/ports/command.ts'
import { countGone, removeGone, type Pruning } from './prune.ts'

export interface Pruned {
  /** Null where it was refused. */
  readonly removed: number | null
  readonly refused: string | null
}

/** Above this share of the documents a mistake is likelier than a clear-out: a folder that is not mounted, a wrong path. */
const SHARE_WITHOUT_YES = 0.5

/** Removes what is gone, or only counts it where `dryRun`. Refuses where the load before leaves doubt, and where it is too much without `yes`. */
export async function pruneAfterLoad(
  api: Api,
  pruning: Pruning,
  { dryRun, yes }: { readonly dryRun: boolean; readonly yes: boolean },
): Promise<Pruned> {
  const { doubt } = pruning.observed
  if (doubt !== null) return { removed: null, refused: `what is gone is uncertain, since not everything could be read (${doubt})` }
  const { stored, gone } = await countGone(api, pruning)
  if (dryRun || gone === 0) return { removed: gone, refused: null }
  if (gone > stored * SHARE_WITHOUT_YES && !yes) {
    return { removed: null, refused: `the files of ${gone} of ${stored} documents are gone; add --yes if that is right` }
  }
  let removed = 0
  await removeGone(api, pruning, () => removed++)
  return { removed, refused: null }
}
