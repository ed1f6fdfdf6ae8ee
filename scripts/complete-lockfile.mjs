// Adds the binaries of other platforms to package-lock.json that the registry at hand does not know: npm leaves an optional
// package out of the lockfile when it cannot see it, then refuses the lockfile in `npm ci`, and a Mac would get no binary.
// Run after every change of dependencies (`npm run lockfile`); running it twice changes nothing.
import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { promisify } from 'node:util'

const LOCKFILE = new URL('../package-lock.json', import.meta.url)
const OWNER = '@lancedb/lancedb'

const text = readFileSync(LOCKFILE, 'utf8')
const lockfile = JSON.parse(text)
const owner = lockfile.packages[`node_modules/${OWNER}`]
const binaries = Object.entries(owner.optionalDependencies).filter(([name]) => name.startsWith(`${OWNER}-`))
const missing = binaries.filter(([name]) => lockfile.packages[`node_modules/${name}`] === undefined)

for (const [name, version] of missing) {
  lockfile.packages[`node_modules/${name}`] = { version, ...(await published(name, version)), ...platformOf(name), license: owner.license, optional: true }
}
const byName = ([a], [b]) => (a < b ? -1 : 1)
lockfile.packages = Object.fromEntries(Object.entries(lockfile.packages).sort(byName))
const completed = `${JSON.stringify(lockfile, null, 2)}\n`
if (completed !== text) writeFileSync(LOCKFILE, completed)
process.stdout.write(`${missing.length} of ${binaries.length} platform packages of ${OWNER} added\n`)

/** `linux-x64-musl` names the platform as npm's os, cpu and libc do, but for the C library's name. */
function platformOf(name) {
  const [os, cpu, abi] = name.slice(OWNER.length + 1).split('-')
  const libc = { gnu: 'glibc', musl: 'musl' }[abi]
  return { cpu: [cpu], ...(libc === undefined ? {} : { libc: [libc] }), os: [os] }
}

/** The checksum, where the registry has the package; without one npm takes what it is given, on that platform only. */
async function published(name, version) {
  try {
    const { stdout } = await promisify(execFile)('npm', ['view', `${name}@${version}`, 'dist.integrity', '--json'])
    return { integrity: JSON.parse(stdout) }
  } catch {
    return {}
  }
}
