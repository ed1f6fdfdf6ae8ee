/** Source code of any language: the name of the file says which. */
const CODE = 'text/x-code'

/** Media type by the end of a file's name: a hint only, what the bytes are decides. */
const BY_EXTENSION: Readonly<Record<string, string>> = {
  ...all('text/markdown', 'md markdown'),
  ...all('text/mdx', 'mdx'),
  ...all('text/html', 'html htm xhtml'),
  ...all('text/plain', 'txt text log'),
  ...all('text/csv', 'csv'),
  ...all('text/tab-separated-values', 'tsv'),
  ...all('application/json', 'json'),
  ...all('application/x-ndjson', 'jsonl ndjson'),
  ...all(
    CODE,
    'js mjs cjs jsx ts mts cts tsx py pyi rb go rs java kt kts scala swift c h cc cpp cxx hpp hh cs php pl lua r jl dart ex exs erl hs clj',
  ),
  ...all(CODE, 'sh bash zsh ps1 sql vue svelte css scss proto graphql tf yaml yml toml'),
}

const ALIASES: Readonly<Record<string, string>> = {
  'application/jsonl': 'application/x-ndjson',
  'application/jsonlines': 'application/x-ndjson',
  'application/ndjson': 'application/x-ndjson',
  'application/xhtml+xml': 'text/html',
  'application/javascript': CODE,
  'application/typescript': CODE,
  'application/sql': CODE,
  'text/javascript': CODE,
  'text/json': 'application/json',
  'text/x-markdown': 'text/markdown',
}

/** `text/markdown; charset=utf-8` is `text/markdown`, and what goes by several names has one. */
export function essence(mediaType: string): string {
  const bare = (mediaType.split(';')[0] ?? '').trim().toLowerCase()
  return ALIASES[bare] ?? bare
}

/** Null for a name without an end that says anything. */
export function typeOfName(name: string): string | null {
  const extension = /\.([a-z0-9]{1,10})$/iu.exec(name.replace(/[?#].*$/u, ''))?.[1] ?? ''
  return BY_EXTENSION[extension.toLowerCase()] ?? null
}

export function isTextType(type: string): boolean {
  return type.startsWith('text/') || type === 'application/json' || type === 'application/x-ndjson'
}

function all(type: string, extensions: string): Record<string, string> {
  return Object.fromEntries(extensions.split(' ').map((each) => [each, type]))
}
