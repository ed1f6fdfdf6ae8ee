import { z } from 'zod'
import { flag, limit } from '../setting.ts'

/** A name, all names below one (`*.example.com`), either with a port, or `*`. */
const HOST = /^(?:\*|(?:\*\.)?[a-z0-9_-]+(?:\.[a-z0-9_-]+)*(?::\d{1,5})?|\[[0-9a-f:.]+\](?::\d{1,5})?)$/

/** Fetching documents by their address: from where, and how much of it. */
export const fetch = z
  .strictObject({
    hosts: z
      .array(
        z
          .string()
          .max(260)
          .regex(HOST, 'must be a host in lower case such as docs.example.com, *.example.com or docs.example.com:8443, or *'),
      )
      .max(1000)
      .default([])
      .meta({
        unit: 'hosts',
        why: 'From where documents may be fetched: `docs.example.com`, `*.example.com` for whatever is below, a port where it is not the usual one, `*` for every public host. Empty refuses all addresses',
      }),
    allow_http: flag({ unit: 'flag', default: false, why: 'Fetches over http too, where anybody on the way can change what is indexed' }),
    allow_private: flag({
      unit: 'flag',
      default: false,
      why: 'DANGEROUS: lets an address lead into private networks and to this machine, so that whoever may ingest can read what stands there. For tests, and for hosts that are all trusted',
    }),
    parallel: limit({
      unit: 'requests',
      default: 4,
      min: 1,
      ceiling: 64,
      why: 'Addresses that one job fetches at a time; each holds a document in memory',
    }),
    redirects: limit({
      unit: 'redirects',
      default: 5,
      min: 0,
      ceiling: 20,
      why: 'Redirects that are followed for one address; each is checked like the first',
    }),
    timeout_ms: limit({
      unit: 'ms',
      default: 30_000,
      min: 100,
      ceiling: 600_000,
      why: 'From the first byte asked to the last received, redirects included',
    }),
    response_bytes: limit({
      unit: 'bytes',
      default: 67_108_864,
      min: 1024,
      ceiling: 1_073_741_824,
      why: 'Of one document as it is received, and as it is after decompression',
    }),
  })
  .prefault({})
