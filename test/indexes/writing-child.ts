import { createIndexRegistry } from '../../indexes/registry.ts'
import { clock, declaration, docs, embedder, makeDocument, settings, tenant, unlimited } from '../contract/index-corpus.ts'

/** Writes rounds until it is killed, and says each one that was acknowledged. `node writing-child.ts <directory> <first round>` */
const [directory = '', first = '0'] = process.argv.slice(2)
const registry = await createIndexRegistry(settings({ maxUnindexedRows: 60, quietUnindexedRows: 60, unindexedShare: 0 }), {
  directory,
  clock,
})
await registry.create(tenant, declaration(), embedder, unlimited())
const writer = await registry.writer(tenant, docs, unlimited())
for (let round = Number(first); ; round++) {
  const batch = Array.from({ length: 6 }, (_, index) =>
    makeDocument(`d${(round * 3 + index) % 40}`, [`round${round} one`, `round${round} two`], { hash: String(round) }),
  )
  await writer.replaceDocuments(batch, embedder.fingerprint, unlimited())
  process.stdout.write(`${round}\n`)
}
