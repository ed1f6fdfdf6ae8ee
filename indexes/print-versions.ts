import type { Terminal } from '../src/core/ports/command.ts'

interface WireFigures {
  readonly version: string
  readonly evidence: number
  readonly passage_recall: number
  readonly questions: number
}

export interface WireGate {
  readonly passed: boolean
  readonly failures: readonly string[]
  readonly figures: WireFigures
  readonly live: WireFigures | null
  readonly baseline: WireFigures | null
  readonly budget_tokens: number
  readonly k: number
  readonly stale: number
}

export interface WireVersion {
  readonly version: string
  readonly state: string
  readonly aliases: readonly string[]
  readonly embedder: string
  readonly profile: string
  readonly documents: number
  readonly chunks: number
  readonly bytes: number
  readonly created_at: string
  readonly published_at: string | null
  readonly gate: WireGate | null
  readonly forced: string | null
  readonly ahead: boolean
}

export interface WireDiff {
  readonly a: WireVersion
  readonly b: WireVersion
  readonly only_a: number
  readonly only_b: number
  readonly changed: number
  readonly examples: { readonly only_a: readonly string[]; readonly only_b: readonly string[]; readonly changed: readonly string[] }
}

export interface WireRelease {
  readonly type: 'release'
  readonly version: string
  readonly replaced: string | null
  readonly copied: number
  readonly removed: number
  readonly embedded_chunks: number
  readonly gate: WireGate | null
  readonly ms: number
}

export interface WireGolden {
  readonly questions: number
  readonly hash: string
  readonly attached_at: string
  /** Told when it is attached. */
  readonly stale?: number
  readonly baseline: { readonly version: string; readonly pinned_at: string; readonly budget_tokens: number; readonly k: number } | null
}

export interface WireProgress {
  readonly type: string
  readonly stage: 'copy' | 'verify' | 'gate' | 'publish'
  readonly done: number
  readonly total: number
}

export function printVersions(terminal: Terminal, versions: readonly WireVersion[]): void {
  terminal.table(
    ['version', 'state', 'aliases', 'profile', 'embedder', 'documents', 'chunks', 'MB', 'created', 'published', 'gate'],
    versions.map((version) => [
      version.version,
      version.ahead ? `${version.state}, ahead` : version.state,
      version.aliases.join(', '),
      version.profile,
      version.embedder,
      String(version.documents),
      String(version.chunks),
      (version.bytes / 1e6).toFixed(1),
      minute(version.created_at),
      version.published_at === null ? '' : minute(version.published_at),
      gateCell(version),
    ]),
  )
}

export function printRelease(terminal: Terminal, name: string, release: WireRelease): void {
  const { version, replaced, copied, removed, embedded_chunks: embedded, gate, ms } = release
  const taken = removed === 0 ? '' : `, ${removed} taken out`
  terminal.print(`${version}: ${copied} documents copied${taken}, ${embedded} chunks embedded, ${(ms / 1000).toFixed(1)} s.`)
  if (gate !== null) printGate(terminal, gate)
  if (replaced === null)
    terminal.print(
      `${version} is not published. Try it as ${name}@${version}, and publish it with: ration index publish ${name} ${version}`,
    )
  else terminal.print(`Published: ${version} takes the place of ${replaced}.`)
}

export function printGate(terminal: Terminal, gate: WireGate): void {
  const row = (name: string, figures: WireFigures | null): string[][] =>
    figures === null ? [] : [[`${name} ${figures.version}`, figures.evidence.toFixed(3), figures.passage_recall.toFixed(3)]]
  terminal.table(
    ['over the same questions', `evidence in ${gate.budget_tokens} tokens`, `passages in ${gate.k} chunks`],
    [...row('asked', gate.figures), ...row('live', gate.live), ...row('baseline', gate.baseline)],
  )
  if (gate.stale > 0) terminal.warn(`${gate.stale} questions are left out: their passages have left the documents.`)
  terminal.print(gate.passed ? `The gate passes (${gate.figures.questions} questions).` : `The gate FAILS: ${gate.failures.join('; ')}.`)
}

export function printGolden(terminal: Terminal, answer: WireGolden): void {
  const { questions, hash, attached_at: attachedAt, baseline } = answer
  if (terminal.json) {
    terminal.printJson(answer)
    return
  }
  terminal.print(`${questions} questions (${hash}), attached ${minute(attachedAt)}.`)
  if (answer.stale !== undefined && answer.stale > 0)
    terminal.warn(`${answer.stale} have passages that do not stand in the documents; they are left out.`)
  if (baseline === null) terminal.print('No baseline yet: the first version that passes becomes it.')
  else {
    const measure = `${baseline.budget_tokens} tokens, first ${baseline.k} chunks`
    terminal.print(`The baseline is ${baseline.version}, pinned ${minute(baseline.pinned_at)}: ${measure}.`)
  }
}

function gateCell({ gate, forced }: WireVersion): string {
  if (gate === null) return ''
  const figures = `${gate.figures.evidence.toFixed(3)} ${gate.figures.passage_recall.toFixed(3)}`
  return `${gate.passed ? 'passed' : 'FAILED'} ${figures}${forced === null ? '' : `, forced: ${forced}`}`
}

const minute = (time: string): string => time.slice(0, 16).replace('T', ' ')
