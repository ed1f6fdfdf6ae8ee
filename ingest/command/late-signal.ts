/** Fires `ms` after `signal`, unless `clear` was called before. */
export function lateSignal(signal: AbortSignal, ms: number): { readonly signal: AbortSignal; readonly clear: () => void } {
  const controller = new AbortController()
  let timer: NodeJS.Timeout | undefined
  const begin = (): void => {
    timer = setTimeout(() => {
      controller.abort()
    }, ms)
  }
  const clear = (): void => {
    signal.removeEventListener('abort', begin)
    clearTimeout(timer)
  }
  if (signal.aborted) begin()
  else signal.addEventListener('abort', begin, { once: true })
  return { signal: controller.signal, clear }
}
