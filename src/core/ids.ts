/** Branded strings: a document id cannot be passed where a chunk id is meant. Brands exist in types only. */
declare const brand: unique symbol
type Branded<Name extends string> = string & { readonly [brand]: Name }

/** Chosen by the caller, unique in its index, 1 to 512 characters, no control characters. */
export type DocumentId = Branded<'DocumentId'>
/** Derived from document id and span, stable over re-ingestion of the same text. */
export type ChunkId = Branded<'ChunkId'>
/** `^[a-z0-9][a-z0-9_-]{0,63}$`, unique in its tenant. */
export type IndexName = Branded<'IndexName'>
/** `^[a-z0-9][a-z0-9_-]{0,63}$`. */
export type TenantId = Branded<'TenantId'>
/** `req_` and 26 characters; new for every request. */
export type RequestId = Branded<'RequestId'>
/** Names one build of an index (one embedder, chunker and format): `v1`, `v2`, … */
export type IndexVersion = Branded<'IndexVersion'>

/** `v2` or an alias: which build of an index is meant. */
export type VersionRef = IndexVersion | Alias
/** `current` is what an index answers from, `previous` what it answered from before, `canary` what is tried beside it. */
export type Alias = 'current' | 'previous' | 'canary'
/** `docs` or `docs@v2` or `docs@canary`; see `parseIndexRef`. */
export type IndexRef = IndexName | Branded<'IndexRef'>

/** `job_` and 26 characters, in the order of creation. */
export type JobId = Branded<'JobId'>

/** Ration's own ever-growing number inside an index version; LanceDB's table versions move for other reasons. */
export type Revision = number
