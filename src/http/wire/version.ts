import { z } from 'zod'
import type { GateResult, GoldenFigures, GoldenSet } from '../../core/golden/gate.ts'
import { ALIASES, VERSION } from '../../core/index-ref.ts'
import type { IndexVersion, VersionRef } from '../../core/ids.ts'
import type { VersionStatus } from '../../core/ports/index-versions.ts'
import type { ReleaseReport, VersionDiff } from '../../core/ports/releases.ts'
import { verificationSchema, verificationToWire } from './index-declaration.ts'
import { branded } from './primitives.ts'

const count = z.int().min(0)
const share = z.number().min(0).max(1)

export const indexVersion = branded<IndexVersion>(
  z
    .string()
    .regex(VERSION, 'must be a version such as v2')
    .meta({ description: 'A version of the index', examples: ['v2'] }),
)

export const versionRef = branded<VersionRef>(
  z
    .string()
    .regex(new RegExp(`${VERSION.source}|^(?:${ALIASES.join('|')})$`), `must be a version such as v2, or ${ALIASES.join(', ')}`)
    .meta({ description: 'A version of the index, or an alias: `current`, `previous`, `canary`', examples: ['v2'] }),
)

const figuresSchema = z.strictObject({
  version: z.string(),
  evidence: share.describe('Share of the characters of the passages that the packed contexts hold'),
  passage_recall: share.describe('Share of the passages with a chunk among the first k'),
  questions: count,
})

export const gateSchema = z
  .strictObject({
    passed: z.boolean(),
    failures: z.array(z.string()),
    figures: figuresSchema,
    live: figuresSchema.nullable().describe('Of the version that was current, over the same questions'),
    baseline: figuresSchema.nullable().describe('Of the pinned scores, over the same questions'),
    budget_tokens: count,
    k: count,
    stale: count.describe('Questions left out, since their passages have left the documents'),
    golden: z.string().describe('Hash of the golden set'),
    config: z.string().describe('Hash of the configuration that the questions were answered with'),
    ran_at: z.string(),
  })
  .meta({ id: 'GateResult' })

export const versionSchema = z
  .strictObject({
    version: z.string(),
    state: z.enum(['building', 'ready', 'published', 'collected']).describe('`collected`: the data is gone, this record stays'),
    aliases: z.array(z.enum(['current', 'previous', 'canary'])),
    profile: z.string(),
    language: z.string(),
    encodings: z.array(z.string()),
    embedder: z.string(),
    fingerprint: z.string(),
    configuration: z.string().describe('Hash over what decides the stored rows'),
    documents: count,
    chunks: count,
    content: z.string().describe('Hash over the documents: equal for versions that hold the same'),
    bytes: count.describe('On disk'),
    created_at: z.string(),
    published_at: z.string().nullable(),
    gate: gateSchema.nullable(),
    forced: z.string().nullable().describe('Why it was published although the gate failed'),
    ahead: z.boolean().describe('Holds documents that the version published in its place was published without'),
  })
  .meta({ id: 'IndexVersion' })

const figuresToWire = ({ version, evidence, passageRecall, questions }: GoldenFigures): z.output<typeof figuresSchema> => ({
  ...{ version, evidence, questions },
  passage_recall: passageRecall,
})

export function gateToWire({ measure, figures, live, baseline, ranAt, failures, ...same }: GateResult): z.output<typeof gateSchema> {
  return {
    ...same,
    failures: [...failures],
    figures: figuresToWire(figures),
    live: live === null ? null : figuresToWire(live),
    baseline: baseline === null ? null : figuresToWire(baseline),
    budget_tokens: measure.budgetTokens,
    k: measure.k,
    ran_at: ranAt,
  }
}

export function versionToWire(status: VersionStatus): z.output<typeof versionSchema> {
  const { version, state, aliases, declaration, embedder, configuration, counts, content, bytes, gate, forced, ahead } = status
  const { profile, language, encodings } = declaration
  return {
    ...{ version, state, profile, language, configuration, content, bytes, forced, ahead },
    ...{ documents: counts.documents, chunks: counts.chunks },
    aliases: [...aliases],
    encodings: [...encodings],
    embedder: embedder.name,
    fingerprint: embedder.fingerprint,
    created_at: status.createdAt,
    published_at: status.publishedAt,
    gate: gate === null ? null : gateToWire(gate),
  }
}

export const diffSchema = z.strictObject({
  a: versionSchema,
  b: versionSchema,
  only_a: count.describe('Documents that only this one holds'),
  only_b: count,
  changed: count.describe('Documents that both hold with different content'),
  examples: z.strictObject({ only_a: z.array(z.string()), only_b: z.array(z.string()), changed: z.array(z.string()) }),
})

export function diffToWire({ a, b, onlyA, onlyB, changed, examples }: VersionDiff): z.output<typeof diffSchema> {
  return {
    ...{ a: versionToWire(a), b: versionToWire(b) },
    ...{ only_a: onlyA, only_b: onlyB, changed },
    examples: { only_a: [...examples.onlyA], only_b: [...examples.onlyB], changed: [...examples.changed] },
  }
}

export const releaseSchema = z.strictObject({
  type: z.literal('release'),
  version: z.string(),
  replaced: z.string().nullable().describe('The version that was current before; null where nothing was published'),
  copied: count.describe('Documents that were written to the version'),
  removed: count,
  embedded_chunks: count.describe('Chunks that the embedding cache did not have'),
  checks: verificationSchema.shape.checks,
  gate: gateSchema.nullable(),
  ms: z.number(),
})

export function releaseToWire({ embeddedChunks, checks, gate, ...same }: ReleaseReport): z.output<typeof releaseSchema> {
  return {
    ...{ type: 'release' as const, ...same },
    embedded_chunks: embeddedChunks,
    checks: verificationToWire(checks).checks,
    gate: gate === null ? null : gateToWire(gate),
  }
}

export const goldenSchema = z.strictObject({
  questions: count,
  hash: z.string(),
  attached_at: z.string(),
  baseline: z
    .strictObject({ version: z.string(), config: z.string(), budget_tokens: count, k: count, pinned_at: z.string() })
    .nullable()
    .describe('Null until a version has passed'),
})

export function goldenToWire({ questions, hash, attachedAt, baseline }: GoldenSet): z.output<typeof goldenSchema> {
  return {
    ...{ questions: questions.length, hash, attached_at: attachedAt },
    baseline:
      baseline === null
        ? null
        : {
            ...{ version: baseline.version, config: baseline.config },
            ...{ budget_tokens: baseline.measure.budgetTokens, k: baseline.measure.k, pinned_at: baseline.pinnedAt },
          },
  }
}
