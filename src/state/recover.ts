import { openIntake, SERVER_INTAKE, type Intake } from './intake.ts'
import { keyCreated, keyRows, replayKeys } from './key-rows.ts'
import type { Database } from './schema.ts'

export interface RecoverySettings {
  readonly databaseUrl: string | null
  readonly intakeBytes: number
  readonly maxKeys: number
}

/**
 * Opens the intake of a data directory, replays it over the database (which may have lost rows to a power cut, or be new) and
 * rewrites it from there when it has grown over `intakeBytes`. With a Postgres server there is nothing to recover.
 */
export async function recoverIntake(
  settings: RecoverySettings,
  ports: { readonly directory: string; readonly database: Database; readonly warn: (message: string) => void },
): Promise<Intake> {
  if (settings.databaseUrl !== null) return SERVER_INTAKE
  const intake = await openIntake(ports.directory, ports.warn)
  try {
    await replayKeys(ports.database, intake.entries)
    if (intake.bytes > settings.intakeBytes) await intake.rewrite((await keyRows(ports.database, settings.maxKeys)).map(keyCreated))
    return intake
  } catch (error) {
    await intake.close()
    throw error
  }
}
