import { AppError } from '../../src/core/errors.ts'
import { acquireDataLock } from '../../src/state/data-lock.ts'

const [directory = ''] = process.argv.slice(2)
try {
  await acquireDataLock(directory, { socketPath: `/tmp/${process.pid}.sock` })
  console.log('owner')
} catch (error) {
  console.log(error instanceof AppError ? error.code : String(error))
}
setInterval(() => undefined, 1000)
