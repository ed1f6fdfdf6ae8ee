import { indexReaderContract } from '../contract/index-reader.ts'
import { indexRegistryContract } from '../contract/index-registry.ts'
import { indexVersionsContract } from '../contract/index-versions.ts'
import { indexWriterContract } from '../contract/index-writer.ts'
import { openRegistry, settings, temporaryDirectory } from '../contract/index-corpus.ts'

indexRegistryContract('LanceDB', async (context, directory) => {
  const where = directory ?? (await temporaryDirectory(context))
  return { registry: await openRegistry(context, where), directory: where }
})
indexWriterContract('LanceDB', async (context) => openRegistry(context, await temporaryDirectory(context)))
indexReaderContract('LanceDB', async (context) => openRegistry(context, await temporaryDirectory(context)))
indexVersionsContract('LanceDB', async (context, directory, keep = {}) => {
  const where = directory ?? (await temporaryDirectory(context))
  return { registry: await openRegistry(context, where, { versions: { ...settings().versions, ...keep } }), directory: where }
})
