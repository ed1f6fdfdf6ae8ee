import { z } from 'zod'
import { AppError } from '../../core/errors.ts'
import type { BackupProgress } from '../../core/ports/backup.ts'
import { documented } from '../documented.ts'
import { LineWriter, NDJSON, sendLines } from '../line-writer.ts'
import { readOneLine } from '../one-line.ts'
import type { HttpPorts } from '../ports.ts'
import { limitsOf, type HttpApp } from '../request.ts'
import type { HttpSettings } from '../settings.ts'
import { checkedByLine, endWithProblem } from '../stream-route.ts'
import { noQuery } from '../wire/primitives.ts'
import { BODY_CODES, problemResponses, problemSchema } from '../wire/problem.ts'

const PROGRESS_EVERY_MS = 500

const asked = z
  .strictObject({
    place: z
      .string()
      .min(1)
      .max(4096)
      .nullable()
      .optional()
      .describe('A folder of the service, or `s3://bucket/prefix`; only through its socket'),
  })
  .meta({ examples: [{}] })
const progressSchema = z.strictObject({ files: z.int(), bytes: z.int(), copied_files: z.int(), copied_bytes: z.int() })
const backupSchema = progressSchema.extend({
  type: z.literal('backup'),
  id: z.string(),
  created_at: z.string(),
  left_out: z
    .array(z.strictObject({ tenant: z.string(), index: z.string(), code: z.string() }))
    .describe('Damaged indexes, which no backup can hold'),
})

/** In the scope of `batchRoute`, which reads streams: one line with what is asked (or none), answered by lines of progress and one of the backup. */
export function backupRoutes(app: HttpApp, settings: HttpSettings, ports: HttpPorts): void {
  app.post(
    '/v1/backups',
    {
      config: { scope: 'admin', streams: 'batch' },
      validatorCompiler: checkedByLine,
      schema: {
        ...documented(
          'service',
          'createBackup',
          'admin',
          'Copies indexes and control state to the place of backups',
          'The service goes on meanwhile. A caller with an API key gets the configured place and no other, since a backup holds every tenant. ' +
            'Lines of type `progress`, then one of type `backup`, or one of type `problem` where no backup was made.',
        ),
        consumes: [NDJSON],
        querystring: noQuery,
        body: asked,
        response: {
          200: {
            description: 'Lines of JSON',
            content: {
              [NDJSON]: { schema: z.union([progressSchema.extend({ type: z.literal('progress') }), backupSchema, problemSchema]) },
            },
          },
          ...problemResponses(...BODY_CODES, 'backup_unavailable', 'storage_full'),
        },
      },
    },
    async (http, reply) => {
      const { place = null } = await readOneLine(http, asked, settings)
      if (place !== null && !app.owners.has(http.raw.socket)) {
        throw new AppError('forbidden', 'Only the owner of the data directory chooses where a backup goes')
      }
      const output = new LineWriter()
      void endWithProblem(http, output, ports, async () => {
        const report = sometimes(ports, (progress) => output.write({ type: 'progress', ...progressToWire(progress) }))
        const summary = await ports.backups.create(place, report, limitsOf(http, settings.backupDeadlineMs))
        const { id, createdAt, leftOut } = summary
        output.write({ type: 'backup', id, created_at: createdAt, ...progressToWire(summary), left_out: leftOut })
      })
      return sendLines(reply, output)
    },
  )
}

/** Many files a second are no news. */
function sometimes({ clock }: HttpPorts, report: (progress: BackupProgress) => void): (progress: BackupProgress) => void {
  let last = -Infinity
  return (progress) => {
    if (clock.now() - last < PROGRESS_EVERY_MS) return
    last = clock.now()
    report(progress)
  }
}

const progressToWire = ({ files, bytes, copiedFiles, copiedBytes }: BackupProgress) => ({
  files,
  bytes,
  copied_files: copiedFiles,
  copied_bytes: copiedBytes,
})
