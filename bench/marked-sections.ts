/** What `ration bench tables` writes: everything between `<!-- bench:NAME -->` and `<!-- /bench:NAME -->`. Groups: opening, name, text, closing. */
export const MARKED_SECTIONS = /(<!-- bench:([a-z0-9_-]+) -->)([\s\S]*?)(<!-- \/bench:\2 -->)/g

/** A page with nothing between its markers. */
export const withoutTables = (page: string): string => page.replaceAll(MARKED_SECTIONS, '$1\n$4')
