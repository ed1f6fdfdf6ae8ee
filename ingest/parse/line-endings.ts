/** Line breaks as one `\n`, without a byte-order mark: every span in the system counts in this form. */
export function normaliseLineEndings(content: string): string {
  return content.replace(/^\uFEFF/u, '').replace(/\r\n?/gu, '\n')
}
