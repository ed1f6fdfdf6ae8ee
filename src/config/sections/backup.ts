import { z } from 'zod'
import { flag, limit, optionalText, text } from '../setting.ts'

/** Where backups go, and how they get there. */
export const backup = z
  .strictObject({
    place: optionalText({
      unit: 'path or url',
      why: 'A folder or s3://bucket/prefix for a backup that names none; callers with an API key can use no other. One place for one data directory',
    }),
    keep: limit({
      unit: 'backups',
      default: 7,
      min: 1,
      ceiling: 1000,
      why: 'Older ones in the same place are removed after a new one is whole; what they share with it stays',
    }),
    deadline_ms: limit({
      unit: 'ms',
      default: 86_400_000,
      min: 1000,
      ceiling: 604_800_000,
      why: 'A backup that takes longer is given up; until then cleaning leaves the files of the index that is being copied',
    }),
    parallel_files: limit({
      unit: 'files',
      default: 4,
      min: 1,
      ceiling: 64,
      why: 'Copied at once; each holds up to part_bytes in memory on its way to S3',
    }),
    part_bytes: limit({
      unit: 'bytes',
      default: 16_777_216,
      min: 5_242_880,
      ceiling: 1_073_741_824,
      why: 'Larger files go to S3 in parts of this size; S3 takes 10,000 parts of 5 MiB or more',
    }),
    manifest_files: limit({
      unit: 'files',
      default: 1_000_000,
      min: 1,
      ceiling: 10_000_000,
      why: 'Of one backup, whose list is held in memory',
    }),
    s3_endpoint: optionalText({ unit: 'url', why: 'An S3-compatible server; null is Amazon' }),
    s3_region: text({ unit: 'name', default: 'us-east-1', why: 'Signed into every request; servers that have none accept any' }),
    s3_path_style: flag({
      unit: 'flag',
      default: true,
      why: 'The bucket stands in the path, as most S3-compatible servers want it, and not in the host name',
    }),
    s3_access_key_id: optionalText({
      unit: 'secret',
      secret: true,
      why: 'With s3_secret_access_key; null takes what the environment, a profile or the machine offers',
    }),
    s3_secret_access_key: optionalText({ unit: 'secret', secret: true, why: 'See s3_access_key_id' }),
    request_ms: limit({
      unit: 'ms',
      default: 120_000,
      min: 1000,
      ceiling: 3_600_000,
      why: 'One request to S3 that takes longer is tried again',
    }),
  })
  .prefault({})
