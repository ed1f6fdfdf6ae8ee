import { openApp } from '../http/fixture.ts'
import { malformedSuite } from './malformed-suite.ts'

malformedSuite('the application', async (t) => (await openApp(t)).app)
