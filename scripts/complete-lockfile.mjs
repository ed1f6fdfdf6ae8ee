// Adds the binaries of other platforms to package-lock.json that the registry at hand does not know: npm leaves an optional
// package out of the lockfile when it cannot see it, then refuses the lockfile in `npm ci`, and a Mac would get no binary.
// Run after every change of dependencies (`npm run lockfile`); running it twice changes nothing.
import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { promisify } from 'node:util'

const LOCKFILE = new URL('../package-lock.json', import.meta.url)
/** As the names of such packages end: `linux-x64-musl`, `win32-arm64-msvc`, `linux-arm-gnueabihf`, `darwin-x64`. */
const PLATFORM = /(?<os>android|darwin|freebsd|linux|openharmony|win32)-(?<cpu>arm64|arm|x64|ia32|ppc64|riscv64|s390x)(?:-(?<abi>[a-z]+))?$/
const LIBC = { gnu: 'glibc', gnueabihf: 'glibc', musl: 'musl', musleabihf: 'musl' }

const text = readFileSync(LOCKFILE, 'utf8')
const lockfile = JSON.parse(text)
const missing = Object.values(lockfile.packages).flatMap((owner) =>
  Object.entries(owner.optionalDependencies ?? {})
    .filter(([name]) => PLATFORM.test(name) && lockfile.packages[`node_modules/${name}`] === undefined)
    .map(([name, version]) => ({ name, version, license: owner.license })),
)

for (const { name, version, license } of missing) {
  const { os, cpu, abi } = PLATFORM.exec(name).groups
  const libc = LIBC[abi] === undefined ? {} : { libc: [LIBC[abi]] }
  const exact = version.replace(/^\^/, '')
  lockfile.packages[`node_modules/${name}`] = {
    version: exact,
    ...(await published(name, exact)),
    cpu: [cpu],
    ...libc,
    license,
    optional: true,
    os: [os],
  }
}
lockfile.packages = Object.fromEntries(Object.entries(lockfile.packages).sort(([a], [b]) => (a < b ? -1 : 1)))
const completed = `${JSON.stringify(lockfile, null, 2)}\n`
if (completed !== text) writeFileSync(LOCKFILE, completed)
process.stdout.write(`${missing.length} platform packages added\n`)

/** The checksum, where the registry has the package; without one npm takes what it is given, on that platform only. */
async function published(name, version) {
  try {
    const { stdout } = await promisify(execFile)('npm', ['view', `${name}@${version}`, 'dist.integrity', '--json'])
    return stdout.trim() === '' ? {} : { integrity: JSON.parse(stdout) }
  } catch {
    return {}
  }
}
