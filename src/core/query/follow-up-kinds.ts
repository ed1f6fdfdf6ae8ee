/** Names of which a question means one: another of the same class takes the place of the first. */
const CLASSES: readonly ReadonlySet<string>[] = [
  'windows linux macos mac osx ubuntu debian fedora alpine android ios freebsd',
  'english german french spanish italian dutch portuguese russian chinese japanese korean arabic turkish polish',
  'python javascript typescript java kotlin go golang rust ruby php perl c# c++ swift scala',
  'html markdown mdx json jsonl xml yaml csv pdf word excel docx txt toml',
  'postgres postgresql mysql mariadb sqlite mongodb redis oracle pglite lancedb',
  'chrome firefox safari edge',
  'npm pnpm yarn pip cargo maven gradle',
  'get post put patch delete',
  'monday tuesday wednesday thursday friday saturday sunday',
  'january february march april june july august september october november december',
  'staging production development',
].map((names) => new Set(names.split(' ')))

/** Shapes of names, from the most telling to the least. */
const SHAPES: readonly (readonly [string, RegExp])[] = [
  ['version', /^v?\d+(?:\.\d+)+$|^v\d+$/],
  ['number', /^\d+$/],
  ['route', /^\/[\w/:{}.-]+$/],
  ['flag', /^--[a-z][\w-]*$/],
  ['dotted', /^[a-z][\w-]*(?:\.[a-z][\w-]*)+$/],
  ['upper', /^[A-Z][A-Z\d]*(?:_[A-Z\d]+)+$/],
  ['snake', /^[a-z][a-z\d]*(?:_[a-z\d]+)+$/],
  ['model', /^(?=.*\d)[a-z]+-[\w.]+$/],
]

/** The kind of thing that a word names, where it has one; of each kind a question means one at a time. */
export function kindOfName(word: string): string | null {
  const name = word.toLowerCase()
  const member = CLASSES.findIndex((names) => names.has(name))
  if (member !== -1) return `class ${member}`
  return SHAPES.find(([, shape]) => shape.test(word))?.[0] ?? null
}
