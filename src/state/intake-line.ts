import { crc32 } from 'node:zlib'
import type { Json } from '../core/types.ts'

/** One mutation as it stands in the intake. */
export interface IntakeEntry {
  readonly sequence: number
  readonly kind: string
  readonly payload: Json
}

/** Begins every line and nothing else: inside a text its quotes would be escaped. */
export const LINE_START = '{"sequence":'

const LINE = /^(\{.*),"crc":"([0-9a-f]{8})"\}$/s

/** A line of JSON whose last member is the CRC-32 of everything before it: enough against tearing and rot, which are not adversaries. */
export function formatLine(entry: IntakeEntry): string {
  const body = JSON.stringify(entry).slice(0, -1)
  return `${body},"crc":"${checksum(body)}"}\n`
}

/** Null for a line that is torn, altered or not ours. */
export function parseLine(line: string): IntakeEntry | null {
  const match = LINE.exec(line)
  if (match?.[1] === undefined || checksum(match[1]) !== match[2]) return null
  try {
    return JSON.parse(`${match[1]}}`) as IntakeEntry
  } catch {
    return null
  }
}

const checksum = (body: string): string => crc32(body).toString(16).padStart(8, '0')
