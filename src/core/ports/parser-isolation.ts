/** How far the processes that parse files are shut in on this host. */
export interface ParserIsolation {
  /** Files: Node's permission model, everywhere. */
  readonly files: 'permission'
  /** `namespace`: a network without any interface. `modules`: Node's network modules are refused, and nothing else stands behind that. */
  readonly network: 'namespace' | 'modules'
  /** Whether the system ends them with the service, should that be killed while a parser hangs. */
  readonly endsWithService: boolean
}
