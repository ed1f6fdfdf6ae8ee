import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance } from 'fastify'
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod'
import { FILTER_JSON_SCHEMA } from './wire/filter.ts'
import { UPLOAD_JSON_SCHEMA } from './wire/upload.ts'

const TAGS = [
  { name: 'retrieve', description: 'Questions in, one context within a token budget out' },
  { name: 'documents', description: 'What is searched' },
  { name: 'jobs', description: 'What was taken on and is not done yet, and what could not be done' },
  { name: 'indexes', description: 'Where documents stand and how they can be filtered' },
  { name: 'usage', description: 'What it cost' },
  { name: 'keys', description: 'Who may ask' },
  { name: 'service', description: 'Health and metrics' },
]

/** /openapi.json out of the routes' own schemas, and a page at /docs that needs nothing from the network. */
export async function describeApi(app: FastifyInstance, version: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Ration',
        version,
        description:
          'Retrieval for RAG with a token budget as a contract. Errors are `application/problem+json` with a stable `code`; see /docs/errors.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      tags: TAGS,
      components: {
        schemas: { Filter: FILTER_JSON_SCHEMA as never },
        securitySchemes: {
          key: { type: 'http', scheme: 'bearer', description: 'An API key. Optional on loopback, unless `http.auth_required` is set' },
        },
      },
    },
    transform: jsonSchemaTransform,
    transformObject: (document) => described(withUploads(withoutUnused(jsonSchemaTransformObject(document) as OpenApi))) as never,
  })
  await app.register(swaggerUi, { routePrefix: '/docs', staticCSP: true, uiConfig: { docExpansion: 'list', deepLinking: true } })
}

interface OpenApi {
  readonly paths?: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components?: { readonly schemas?: Readonly<Record<string, unknown>> }
}

interface Operation {
  readonly summary?: string
  readonly requestBody?: { readonly content: Record<string, unknown> }
  readonly responses?: Readonly<Record<string, { description: string }>>
}

/** Whatever takes documents as JSON takes files too; a route can name one schema only. */
function withUploads(document: OpenApi): OpenApi {
  const content = document.paths?.['/v1/documents']?.['post']?.requestBody?.content
  if (content !== undefined) content['multipart/form-data'] = { schema: UPLOAD_JSON_SCHEMA }
  return document
}

/** A response needs a description; that of a success is what the operation is for. */
function described(document: OpenApi): OpenApi {
  for (const { summary, responses } of Object.values(document.paths ?? {}).flatMap((methods) => Object.values(methods))) {
    for (const [status, response] of Object.entries(responses ?? {})) {
      if (status.startsWith('2') && summary !== undefined) response.description = summary
    }
  }
  return document
}

/** The provider lists every named schema once as input and once as output; what nothing refers to is left out. */
function withoutUnused(document: OpenApi): OpenApi {
  const { schemas = {}, ...components } = document.components ?? {}
  const used = new Set<string>()
  const visit = (part: unknown): void => {
    for (const [, name] of JSON.stringify(part).matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
      if (name === undefined || used.has(name)) continue
      used.add(name)
      visit(schemas[name] ?? null)
    }
  }
  visit({ ...document, components })
  const kept = Object.fromEntries(Object.entries(schemas).filter(([name]) => used.has(name)))
  return { ...document, components: { ...components, schemas: kept } }
}
