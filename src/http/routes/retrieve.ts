import type { RetrieveRequest } from '../../core/request.ts'
import { documented } from '../documented.ts'
import type { HttpPorts } from '../ports.ts'
import { recordAnswer, recordFailure } from '../record.ts'
import { callerOf, requestIdOf, type HttpApp } from '../request.ts'
import type { HttpSettings } from '../settings.ts'
import { answerSchema, answerToWire } from '../wire/answer.ts'
import { noQuery } from '../wire/primitives.ts'
import { BODY_CODES, problemResponses } from '../wire/problem.ts'
import { retrieveBody, toRetrieveRequest } from '../wire/retrieve-request.ts'
import { retryHeaders, toRetryKey } from '../wire/session.ts'

export function retrieveRoutes(app: HttpApp, settings: HttpSettings, ports: HttpPorts): void {
  app.post(
    '/v1/retrieve',
    {
      config: { scope: 'retrieve' },
      schema: {
        ...documented(
          'retrieve',
          'retrieve',
          'retrieve',
          'One context for one question, within a token budget',
          'The budget is a ceiling: `context` never holds more tokens than it, and whatever was left out is named with the reason.',
        ),
        querystring: noQuery,
        headers: retryHeaders(settings),
        body: retrieveBody(settings),
        response: {
          200: answerSchema,
          ...problemResponses(
            ...BODY_CODES,
            'invalid_filter',
            'unknown_filter_field',
            'unknown_tokenizer',
            'unknown_intent',
            'index_not_found',
            'version_not_found',
            'idempotency_conflict',
            'session_full',
            'too_many_sessions',
            'fingerprint_mismatch',
            'index_damaged',
            'model_unavailable',
            'not_ready',
          ),
        },
      },
    },
    async (http) => {
      const request = toRetrieveRequest(http.body, settings, ports.defaults)
      const retryKey = toRetryKey(http.headers, request.session)
      if (settings.logQueries) http.facts = { ...http.facts, query: request.query }
      const answer = await retrieve(request)
      recordAnswer(ports, http, request, answer)
      return answerToWire(answer)

      async function retrieve(asked: RetrieveRequest) {
        try {
          return await ports.retriever.retrieve(asked, { id: requestIdOf(http), caller: callerOf(http), signal: http.gone, retryKey })
        } catch (error) {
          recordFailure(ports, http, asked, error)
          throw error
        }
      }
    },
  )
}
