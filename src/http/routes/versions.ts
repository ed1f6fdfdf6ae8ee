import { z } from 'zod'
import { AppError } from '../../core/errors.ts'
import { documented } from '../documented.ts'
import type { HttpPorts } from '../ports.ts'
import { callerOf, limitsOf, type HttpApp } from '../request.ts'
import type { HttpSettings } from '../settings.ts'
import { indexName, noBody, noQuery } from '../wire/primitives.ts'
import { BODY_CODES, problemResponses } from '../wire/problem.ts'
import {
  diffSchema,
  diffToWire,
  goldenSchema,
  goldenToWire,
  indexVersion,
  versionRef,
  versionSchema,
  versionToWire,
} from '../wire/version.ts'

const byName = z.strictObject({ name: indexName })

/** What is told about the versions of an index, and what moves without work: the canary and the golden set. */
export function versionRoutes(app: HttpApp, settings: HttpSettings, ports: HttpPorts): void {
  app.get(
    '/v1/indexes/:name/versions',
    {
      config: { scope: 'admin' },
      schema: {
        ...documented('indexes', 'listVersions', 'admin', 'The versions of an index, the oldest first'),
        params: byName,
        querystring: noQuery,
        response: {
          200: z.strictObject({ versions: z.array(versionSchema) }),
          ...problemResponses('index_not_found', 'index_damaged'),
        },
      },
    },
    async (http) => {
      const { name } = http.params
      const versions = await ports.versions.versions(callerOf(http).tenant, name, limitsOf(http, settings.requestDeadlineMs))
      return { versions: versions.map(versionToWire) }
    },
  )

  app.get(
    '/v1/indexes/:name/versions/diff',
    {
      config: { scope: 'admin' },
      schema: {
        ...documented(
          'indexes',
          'diffVersions',
          'admin',
          'What two versions of an index hold differently',
          'Documents are compared by content; with each version stand its embedder, configuration and last gate.',
        ),
        params: byName,
        querystring: z.strictObject({ a: versionRef, b: versionRef }),
        response: { 200: diffSchema, ...problemResponses('index_not_found', 'version_not_found', 'index_damaged') },
      },
    },
    async (http) => {
      const { a, b } = http.query
      const limits = limitsOf(http, settings.verifyDeadlineMs)
      return diffToWire(await ports.releases.diff(callerOf(http).tenant, http.params.name, a, b, limits))
    },
  )

  app.post(
    '/v1/indexes/:name/canary',
    {
      config: { scope: 'admin' },
      schema: {
        ...documented(
          'indexes',
          'setCanary',
          'admin',
          'Names the version that is tried beside the live one',
          'Questions to the index `<name>@canary` are answered from it. Null takes the name away.',
        ),
        params: byName,
        querystring: noQuery,
        body: z.strictObject({ version: indexVersion.nullable() }).meta({ examples: [{ version: 'v2' }] }),
        response: {
          200: z.strictObject({ canary: z.string().nullable() }),
          ...problemResponses(...BODY_CODES, 'index_not_found', 'version_not_found', 'index_damaged', 'storage_full'),
        },
      },
    },
    async (http) => {
      const { version } = http.body
      await ports.versions.canary(callerOf(http).tenant, http.params.name, version, limitsOf(http, settings.requestDeadlineMs))
      return { canary: version }
    },
  )

  app.get(
    '/v1/indexes/:name/golden',
    {
      config: { scope: 'admin' },
      schema: {
        ...documented('indexes', 'getGolden', 'admin', 'The golden set of an index, and its pinned baseline'),
        params: byName,
        querystring: noQuery,
        response: { 200: goldenSchema, ...problemResponses('index_not_found', 'not_found', 'index_damaged') },
      },
    },
    async (http) => {
      const { name } = http.params
      const golden = await ports.versions.golden(callerOf(http).tenant, name, limitsOf(http, settings.requestDeadlineMs))
      if (golden === null) throw new AppError('not_found', 'The index has no golden set', { index: name })
      return goldenToWire(golden)
    },
  )

  app.delete(
    '/v1/indexes/:name/golden',
    {
      config: { scope: 'admin' },
      schema: {
        ...documented('indexes', 'removeGolden', 'admin', 'Takes the golden set away: versions are published without a gate'),
        params: byName,
        querystring: noQuery,
        body: noBody,
        response: { 200: z.strictObject({ removed: z.string() }), ...problemResponses(...BODY_CODES, 'index_not_found', 'index_damaged') },
      },
    },
    async (http) => {
      const { name } = http.params
      await ports.versions.removeGolden(callerOf(http).tenant, name, limitsOf(http, settings.requestDeadlineMs))
      return { removed: name }
    },
  )
}
