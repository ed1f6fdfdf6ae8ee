import { z } from 'zod'
import { RULE_EFFECTS } from '../../core/answer.ts'
import { phraseWords } from '../../core/rules/phrases.ts'
import { choice, text } from '../setting.ts'

const phrase = z
  .string()
  .max(200)
  .refine((value) => phraseWords(value).length > 0, 'a phrase of at least one word')
  .refine((value) => !/\*./su.test(value.trimEnd()), 'a phrase with * at its end or nowhere')

const when = z
  .strictObject({
    phrases: z.array(phrase).max(32).default([]).meta({
      unit: 'phrases',
      why: 'Any of them must stand in the question as whole words, whatever its case and punctuation; `*` at the end stands for the rest of a word',
    }),
    intents: z
      .array(z.string().min(1).max(64))
      .max(32)
      .default([])
      .meta({ unit: 'names', why: 'The intent of the question must be one of them; with phrases, both must hold' }),
  })
  .refine(({ phrases, intents }) => phrases.length + intents.length > 0, 'at least one phrase or one intent')

const rule = z
  .strictObject({
    name: z
      .string()
      .regex(/^[a-z0-9][a-z0-9_-]{0,63}$/, '1 to 64 of a-z, 0-9, _ and -, a letter or a digit first')
      .meta({ unit: 'name', why: 'Stands in every answer that the rule had a say in' }),
    when: when.meta({ unit: 'condition', why: 'When the rule applies' }),
    effect: choice(RULE_EFFECTS, {
      unit: 'name',
      default: 'pin',
      why: 'require: in the context even where no search finds it; pin: first where one does; forbid: never, and this wins; abstain: no context at all',
    }),
    documents: z
      .array(z.string().min(1).max(512))
      .max(16)
      .default([])
      .meta({ unit: 'ids', why: 'Which documents; none where the effect is abstain' }),
  })
  .refine(({ effect, documents }) => (effect === 'abstain') === (documents.length === 0), {
    message: 'at least one id, and none where the effect is abstain',
    path: ['documents'],
  })

/** What the operator decides beforehand about questions of a kind, without any model. */
export const rules = z
  .strictObject({
    version: text({ unit: 'name', default: '1', why: 'Stands beside the name of each rule that applied; raise it with every change' }),
    list: z
      .array(rule)
      .max(200)
      .refine((all) => new Set(all.map(({ name }) => name)).size === all.length, 'names that differ')
      .default([])
      .meta({ unit: 'rules', why: 'All that match a question apply, in this order' }),
  })
  .prefault({})
