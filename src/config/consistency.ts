import type { z } from 'zod'

/** Profiles that need no configuration. */
const BUILT_IN_PROFILES = ['standard', 'fast']

/** Pairs of which the first must not be larger than the second: one room asks for what another room grants. */
const AT_MOST = [
  ['retrieve.candidates', 'indexes.load_rows'],
  ['retrieve.hierarchy.documents', 'indexes.within_documents'],
  ['ingest.batch_documents', 'indexes.batch_documents'],
  ['ingest.model_texts', 'models.request_texts'],
] as const

interface Named {
  readonly defaults: { readonly profile: string }
  readonly models: { readonly profiles: Readonly<Record<string, unknown>> }
  readonly intents: { readonly built_in: Readonly<Record<string, unknown>>; readonly custom: readonly { readonly name: string }[] }
  readonly rules: { readonly list: readonly { readonly when: { readonly intents: readonly string[] } }[] }
}

/** What no single setting can say about itself. Every value is already within its own bounds. */
export function checkConsistency(config: Named, context: z.core.$RefinementCtx): void {
  const refuse = (path: string, allowed: string) =>
    context.addIssue({ code: 'custom', path: path.split('.'), message: allowed, params: { value: valueAt(config, path) } })

  for (const [path, bound] of AT_MOST) {
    const limit = Number(valueAt(config, bound))
    if (Number(valueAt(config, path)) > limit) refuse(path, `at most ${bound}, which is ${limit}`)
  }
  const profiles = [...BUILT_IN_PROFILES, ...Object.keys(config.models.profiles)]
  if (!profiles.includes(config.defaults.profile)) refuse('defaults.profile', `one of ${profiles.join(', ')}`)
  const intents = ['default', ...Object.keys(config.intents.built_in), ...config.intents.custom.map(({ name }) => name)]
  for (const [position, { when }] of config.rules.list.entries()) {
    if (!when.intents.every((name) => intents.includes(name)))
      refuse(`rules.list.${position}.when.intents`, `names of ${intents.join(', ')}`)
  }
}

const valueAt = (config: unknown, path: string): unknown =>
  path.split('.').reduce((value, key) => (value as Record<string, unknown>)[key], config)
