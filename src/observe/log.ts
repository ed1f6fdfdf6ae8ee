import pino from 'pino'

/** Only the edges log. Fields are for machines, the message is constant. */
export interface Log {
  debug(fields: object, message: string): void
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
  fatal(fields: object, message: string): void
  child(fields: Record<string, unknown>): Log
}

export interface LogSettings {
  readonly level: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'silent'
  /** Whether the text of questions may be written. */
  readonly queries: boolean
}

/** Where lines go: standard output for a service, standard error for a command, whose output is its result. */
export type LogDestination = 'stdout' | 'stderr' | { write(line: string): void }

/** Never written, wherever an object carries them. */
const SECRETS = ['authorization', 'cookie', 'secret', 'password', 'api_key', 'apiKey', 'database_url', 'databaseUrl']
/** Personal, and too long for a line. */
const CONTENT = ['query', 'context', 'content', 'text']
/** How deep redaction looks into the fields. */
const DEPTHS = ['', '*.', '*.*.', '*.*.*.']

/** One JSON object a line; secrets always, text of questions and documents unless `queries`, are replaced by `[redacted]`. */
export function createLog(settings: LogSettings, destination: LogDestination): Log {
  const names = settings.queries ? SECRETS : [...SECRETS, ...CONTENT]
  const stream = typeof destination === 'string' ? pino.destination({ dest: destination === 'stdout' ? 1 : 2, sync: true }) : destination
  return pino(
    {
      level: settings.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: DEPTHS.flatMap((depth) => names.map((name) => depth + name)), censor: '[redacted]' },
    },
    stream,
  )
}
