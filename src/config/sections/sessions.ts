import { z } from 'zod'
import { flag, limit } from '../setting.ts'

/** Conversations: what was sent in one is not sent again, and short questions are searched with what they leave out. */
export const sessions = z
  .strictObject({
    tokens: z.number().int().min(1).max(1_000_000_000).nullable().default(null).meta({
      unit: 'tokens',
      min: 1,
      ceiling: 1_000_000_000,
      why: 'What the contexts of one session may take together, where its first request does not say; null is no limit',
    }),
    keep_minutes: limit({
      unit: 'minutes',
      default: 1440,
      min: 1,
      ceiling: 525_600,
      why: 'A session is forgotten so long after its last request; a day lets a conversation go on after lunch and ends it before the next',
    }),
    per_tenant: limit({
      unit: 'sessions',
      default: 10_000,
      min: 1,
      ceiling: 1_000_000,
      why: 'Live sessions of one tenant; one more is refused, since forgetting another would send its passages twice',
    }),
    turns: limit({
      unit: 'turns',
      default: 200,
      min: 1,
      ceiling: 10_000,
      why: 'Requests of one session; all of them are read for each. Beyond it the session is full, and nothing is forgotten',
    }),
    passages: limit({
      unit: 'passages',
      default: 2000,
      min: 1,
      ceiling: 100_000,
      why: 'Passages that one session was sent; a passage takes some 150 bytes. Beyond it the session is full, and nothing is forgotten',
    }),
    name_characters: limit({
      unit: 'characters',
      default: 128,
      min: 16,
      ceiling: 512,
      why: 'Longest name of a session and longest idempotency key; a UUID has 36',
    }),
    query_characters: limit({
      unit: 'characters',
      default: 1000,
      min: 64,
      ceiling: 20_000,
      why: 'What is remembered of a question, for the follow-ups to it',
    }),
    max_waiting: limit({
      unit: 'requests',
      default: 8,
      min: 0,
      ceiling: 1000,
      why: 'Requests of one session are answered one after another, so that its budget holds; beyond so many that wait it is too_busy',
    }),
    store_ms: limit({
      unit: 'ms',
      default: 1000,
      min: 10,
      ceiling: 30_000,
      why: 'Where the control database takes longer, the question is answered without its session, and says so',
    }),
    follow_ups: flag({
      unit: 'flag',
      default: true,
      why: 'Searches a short question ("and for v2?") with what it leaves out, taken from the questions before it',
    }),
  })
  .prefault({})
