/** Units, defaults and reasons stand in src/config/sections/backup.ts. */
export interface BackupSettings {
  readonly place: string | null
  readonly keep: number
  readonly parallelFiles: number
  readonly partBytes: number
  readonly manifestFiles: number
  readonly s3Endpoint: string | null
  readonly s3Region: string
  readonly s3PathStyle: boolean
  readonly s3AccessKeyId: string | null
  readonly s3SecretAccessKey: string | null
  readonly requestMs: number
}
