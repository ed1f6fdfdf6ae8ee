import { open as openFile } from 'node:fs/promises'
import { mkdirSync, readdirSync, readFileSync, readlinkSync, statSync, writeFileSync, type Stats } from 'node:fs'
import path from 'node:path'

/** A file or a directory, whatever its name; with its birth, since numbers of inodes are used again. */
type Node = string

interface Seen {
  readonly node: Node
  readonly path: string
}

/** How much of what was not flushed survives a cut. */
export type Fate = 'nothing' | 'everything' | 'anything'

const nodeOf = ({ dev, ino, birthtimeMs }: Stats): Node => `${dev}:${ino}:${birthtimeMs}`

function unlessGone<Value>(look: () => Value): Value | null {
  try {
    return look()
  } catch {
    return null
  }
}

/**
 * What a disk is sure to hold below `root`, as POSIX has it: the content of a file as it was when the file was flushed, and the names in a directory as
 * they were when the directory was. Everything else is at the mercy of a power cut: new names may be missing, removed ones may be back, and content
 * that was not flushed may be there, cut short, zero or what it was before.
 *
 * Every flush of this process is seen: all of Ration's go through `FileHandle`; LanceDB and PGlite flush nothing.
 */
export class Disk {
  readonly #root: string
  readonly #contents = new Map<Node, Buffer>()
  readonly #names = new Map<Node, ReadonlyMap<string, Node>>()
  flushes = 0

  private constructor(root: string) {
    this.#root = root
  }

  /** Watches the flushes of this process; what stands below `root` already is on disk. */
  static async watch(root: string): Promise<{ readonly disk: Disk; stop(): void }> {
    const disk = new Disk(root)
    disk.#flushTree(root)
    const handle = await openFile(root, 'r')
    const prototype = Object.getPrototypeOf(handle) as Record<'sync' | 'datasync', (this: typeof handle) => Promise<void>>
    await handle.close()
    const { sync, datasync } = prototype
    const watched = (flush: typeof sync): typeof sync =>
      async function watchedFlush() {
        const done = disk.#flushing(readlinkSync(`/proc/self/fd/${this.fd}`))
        await flush.call(this)
        done()
      }
    prototype.sync = watched(sync)
    prototype.datasync = watched(datasync)
    return { disk, stop: () => Object.assign(prototype, { sync, datasync }) }
  }

  /** What a cut at this moment may leave, written to `target`. */
  cut(target: string, fate: Fate, next: () => number): void {
    this.#placeFolder({ node: nodeOf(statSync(this.#root)), path: this.#root }, target, fate, next)
  }

  /** Takes what stands now, for when the flush has succeeded. */
  #flushing(file: string): () => void {
    const stats = unlessGone(() => statSync(file))
    if (stats === null || !`${file}/`.startsWith(`${this.#root}/`)) return () => undefined
    const node = nodeOf(stats)
    this.flushes += 1
    if (stats.isDirectory()) {
      const names = new Map(entries(file).map(({ name, node: entry }) => [name, entry]))
      return () => this.#names.set(node, names)
    }
    const content = readFileSync(file)
    return () => this.#contents.set(node, content)
  }

  #flushTree(folder: string): void {
    this.#flushing(folder)()
    for (const { path: found, isFolder } of entries(folder)) {
      if (isFolder) this.#flushTree(found)
      else this.#flushing(found)()
    }
  }

  #placeFolder({ node, path: folder }: Seen, target: string, fate: Fate, next: () => number): void {
    mkdirSync(target, { recursive: true })
    const now = new Map(entries(folder).map((entry) => [entry.name, entry]))
    const safe = this.#names.get(node) ?? new Map<string, Node>()
    for (const name of new Set([...now.keys(), ...safe.keys()])) {
      const current = now.get(name)
      const flushed = safe.get(name)
      const survivor = current?.node === flushed ? flushed : survives(fate, next) ? current?.node : flushed
      const place = path.join(target, name)
      if (survivor === undefined) continue
      if (current !== undefined && survivor === current.node) {
        if (current.isFolder) this.#placeFolder(current, place, fate, next)
        else this.#placeFile(current, place, fate, next)
      } else this.#placeGone(survivor, place)
    }
  }

  #placeFile({ node, path: file }: Seen, target: string, fate: Fate, next: () => number): void {
    const safe = this.#contents.get(node)
    const content = unlessGone(() => readFileSync(file)) ?? safe ?? Buffer.alloc(0)
    const begins = safe !== undefined && content.subarray(0, safe.length).equals(safe)
    const kept = begins ? safe : Buffer.alloc(0)
    const loose = content.subarray(kept.length)
    if (safe !== undefined && !begins && next() < 0.5) writeFileSync(target, safe)
    else writeFileSync(target, Buffer.concat([kept, mangled(loose, fate, next)]))
  }

  /** A name that was removed and is back. */
  #placeGone(node: Node, target: string): void {
    const names = this.#names.get(node)
    if (names === undefined) {
      writeFileSync(target, this.#contents.get(node) ?? Buffer.alloc(0))
      return
    }
    mkdirSync(target, { recursive: true })
    for (const [name, entry] of names) this.#placeGone(entry, path.join(target, name))
  }
}

const survives = (fate: Fate, next: () => number): boolean => fate === 'everything' || (fate === 'anything' && next() < 0.5)

function mangled(content: Buffer, fate: Fate, next: () => number): Buffer {
  if (content.length === 0 || fate === 'everything') return content
  if (fate === 'nothing') return content.subarray(0, 0)
  const kind = Math.floor(next() * 5)
  const cut = Math.floor(next() * content.length)
  if (kind === 0) return content
  if (kind === 1) return content.subarray(0, cut)
  if (kind === 2) return Buffer.alloc(content.length)
  if (kind === 3) return Buffer.concat([content.subarray(0, cut), Buffer.alloc(content.length - cut)])
  return content.subarray(0, 0)
}

function entries(folder: string): (Seen & { readonly name: string; readonly isFolder: boolean })[] {
  return (unlessGone(() => readdirSync(folder)) ?? []).flatMap((name) => {
    const found = path.join(folder, name)
    const stats = unlessGone(() => statSync(found))
    if (stats === null || stats.isSocket()) return []
    return [{ name, path: found, node: nodeOf(stats), isFolder: stats.isDirectory() }]
  })
}
