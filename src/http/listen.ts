import { createServer, type Server } from 'node:http'
import { unlink } from 'node:fs/promises'
import type { AddressInfo, Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { AppError } from '../core/errors.ts'
import { newRequestId } from './request-id.ts'
import { toProblem } from './problem.ts'

export interface ListenOptions {
  /** Null listens on the socket only. */
  readonly tcp: { readonly host: string; readonly port: number } | null
  /** The socket in the data directory: whoever can open it (mode 0600) owns the data. Null listens on TCP only. */
  readonly socketPath: string | null
  /** Milliseconds that requests in flight have to finish at `close`. */
  readonly graceMs: number
}

export interface Listening {
  /** `http://host:port`, null without TCP. */
  readonly url: string | null
  /** Refuses what is new, lets what is in flight finish within the grace, cuts the rest, closes the app. The same promise on every call. */
  close(): Promise<void>
}

/** sockaddr_un of Linux has 108 bytes, the terminating zero included. */
const SOCKET_PATH_BYTES = 107

/**
 * Serves one app on TCP and on a unix socket. A socket file that is already there is a leftover: the caller holds the lock of
 * the data directory. Rejects `invalid_config` for an address that cannot be had; nothing listens then.
 */
export async function listen(app: FastifyInstance, options: ListenOptions): Promise<Listening> {
  const { tcp, socketPath, graceMs } = options
  const servers: Server[] = []
  try {
    if (socketPath !== null) servers.push(await openSocket(app, socketPath))
    const tcpServer = tcp === null ? null : await openTcp(app, tcp.host, tcp.port)
    if (tcpServer !== null) servers.push(tcpServer)
    let closed: Promise<void> | null = null
    return { url: tcpServer === null ? null : urlOf(tcpServer), close: () => (closed ??= close(app, servers, graceMs)) }
  } catch (error) {
    await Promise.all(servers.map((server) => drain(server, 0)))
    throw error
  }
}

async function openTcp(app: FastifyInstance, host: string, port: number): Promise<Server> {
  const server = serverOf(app)
  await opened(server, `${host}:${port}`, () => server.listen({ host, port }))
  return server
}

async function openSocket(app: FastifyInstance, path: string): Promise<Server> {
  if (Buffer.byteLength(path) > SOCKET_PATH_BYTES) {
    const message = `The socket path ${path} is longer than ${SOCKET_PATH_BYTES} bytes; choose a shorter data directory`
    throw new AppError('invalid_config', message, { limit: SOCKET_PATH_BYTES })
  }
  await unlink(path).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  })
  const server = serverOf(app)
  server.on('connection', (socket: Socket) => app.owners.add(socket))
  await opened(server, path, () => {
    // The file is made inside listen(), before it returns: with this mask it is never open to anybody else.
    const mask = process.umask(0o177)
    try {
      server.listen({ path })
    } finally {
      process.umask(mask)
    }
  })
  return server
}

function serverOf(app: FastifyInstance): Server {
  // A batch may take hours to send; other bodies have their own limit (http.body_timeout_ms).
  const server = createServer({ requestTimeout: 0 }, (request, response) => app.routing(request, response))
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (!socket.writable || error.code === 'ECONNRESET') return socket.destroy()
    const instance = newRequestId(Date.now())
    const body = JSON.stringify(toProblem(new AppError('invalid_request', 'This is not an HTTP/1.1 request'), instance))
    const head = ['HTTP/1.1 400 Bad Request', 'content-type: application/problem+json', `content-length: ${Buffer.byteLength(body)}`]
    socket.end([...head, `x-request-id: ${instance}`, 'connection: close', '', body].join('\r\n'))
  })
  return server
}

function opened(server: Server, address: string, start: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(new AppError('invalid_config', `Cannot listen on ${address}: ${error.code ?? error.message}`)),
    )
    server.once('listening', resolve)
    start()
  })
}

function urlOf(server: Server): string {
  const { address, port, family } = server.address() as AddressInfo
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`
}

async function close(app: FastifyInstance, servers: readonly Server[], graceMs: number): Promise<void> {
  app.shutdown.abort()
  await Promise.all(servers.map((server) => drain(server, graceMs)))
  await app.close()
}

/** Resolves when the last connection is gone: those at work finish (their answers say `connection: close`) or are cut after `graceMs`. */
function drain(server: Server, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), graceMs)
    server.close(() => {
      clearTimeout(cut)
      resolve()
    })
    server.closeIdleConnections()
  })
}
