import type { Scope } from '../core/types.ts'

/** The part of a route's schema that only /openapi.json reads. */
export function documented(
  tag: 'retrieve' | 'documents' | 'jobs' | 'indexes' | 'usage' | 'keys' | 'service',
  operationId: string,
  scope: Scope | null,
  summary: string,
  description = '',
) {
  const needs = scope === null ? '' : `Needs the scope \`${scope}\`.`
  return {
    tags: [tag],
    operationId,
    summary,
    description: [description, needs].filter(Boolean).join(' '),
    security: scope === null ? [] : [{ key: [] }, {}],
  }
}
