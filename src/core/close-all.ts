/** Gives something back that was opened. */
export type Closer = () => unknown

/** Last opened, first closed, and all of them: what one of them throws must not keep the others open. Rejects with the first error at the end. */
export async function closeAll(opened: readonly Closer[]): Promise<void> {
  const errors: unknown[] = []
  for (const close of opened.toReversed()) {
    try {
      await close()
    } catch (error) {
      errors.push(error)
    }
  }
  if (errors.length > 0) throw errors[0]
}
