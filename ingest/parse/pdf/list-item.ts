const BULLET = /^[•‣◦▪▫–—·●○■□➢✓]\s+/u
const NUMBERED = /^(?:\(?(?:\d{1,3}|[a-z]|[ivx]{1,4})[.)]|-)\s+\S/u

export const isListItem = (text: string): boolean => BULLET.test(text) || NUMBERED.test(text)

/** Every kind of bullet is one. */
export const withPlainBullet = (text: string): string => text.replace(BULLET, '- ')
