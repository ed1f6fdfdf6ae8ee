import { isMatched } from './glob.ts'
import { hasKnownEnding } from './media-types.ts'

/** What `--include` and `--exclude` say; see `isMatched`. */
export interface Selection {
  readonly include: readonly string[]
  readonly exclude: readonly string[]
}

const PASSED_OVER = 'node_modules'

/** Hidden files and folders and `node_modules` are passed over, whatever is asked for. */
export const isPassedOver = (part: string): boolean => part.startsWith('.') || part === PASSED_OVER

/** Whether a file of this name below its folder is taken: of a known type or included, and not excluded. */
export function isTaken(name: string, { include, exclude }: Selection): boolean {
  if (name.split('/').some(isPassedOver) || isMatched(name, exclude)) return false
  return include.length > 0 ? isMatched(name, include) : hasKnownEnding(name)
}
