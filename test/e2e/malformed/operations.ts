/** The parts of JSON Schema that the served document uses. */
export interface Schema {
  readonly type?: string | readonly string[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly items?: Schema
  readonly anyOf?: readonly Schema[]
  readonly enum?: readonly unknown[]
  readonly $ref?: string
  readonly maxLength?: number
  readonly maximum?: number
  readonly pattern?: string
}

export interface Operation {
  readonly id: string
  readonly method: string
  /** With `{name}` in the place of parameters. */
  readonly path: string
  readonly query: readonly { readonly name: string; readonly required: boolean }[]
  readonly body: { readonly contentType: string; readonly schema: Schema; readonly example: unknown } | null
  /** Error codes that the operation documents. */
  readonly codes: ReadonlySet<string>
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, DocumentedOperation>>>>
}

interface DocumentedOperation {
  readonly operationId: string
  readonly parameters?: readonly { readonly in: string; readonly name: string; readonly required?: boolean }[]
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema; readonly example?: unknown }>> }
  readonly responses: Readonly<Record<string, { readonly description: string }>>
}

/** The operations of an OpenAPI document, with what is needed to break them. */
export function operationsOf(document: Document): Operation[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, documented]) => {
      const [content] = Object.entries(documented.requestBody?.content ?? {})
      const codes = Object.entries(documented.responses)
        .filter(([status]) => Number(status) >= 400)
        .flatMap(([, { description }]) => [...description.matchAll(/`([a-z_]+)`: /g)].map(([, code]) => String(code)))
      return {
        id: documented.operationId,
        method: method.toUpperCase(),
        path,
        query: (documented.parameters ?? []).filter((one) => one.in === 'query').map(({ name, required = false }) => ({ name, required })),
        body: content === undefined ? null : { contentType: content[0], schema: content[1].schema, example: content[1].example ?? {} },
        codes: new Set(codes),
      }
    }),
  )
}
