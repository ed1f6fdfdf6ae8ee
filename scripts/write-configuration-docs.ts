import { writeFileSync } from 'node:fs'
import { describe } from '../src/config/describe.ts'
import { schema } from '../src/config/schema.ts'

writeFileSync(new URL('../docs/configuration.md', import.meta.url), describe(schema))
