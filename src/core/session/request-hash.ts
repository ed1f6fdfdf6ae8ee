import type { RetrieveRequest } from '../request.ts'
import { canonicalJson } from '../text/canonical-json.ts'
import { stableHash } from '../text/normalise.ts'

/** Equal for requests that ask for the same. The deadline is left out: who asks again may have less time. */
export const requestHash = (request: RetrieveRequest): string => stableHash(canonicalJson({ ...request, deadlineMs: null }))
