/** The text of a heading without its Markdown: marks, links, code ticks, attributes and anchors go, their words stay. */
export function headingText(markdown: string): string {
  return markdown
    .replace(/^ {0,3}#{1,6}(?:[ \t]+|$)|[ \t]+#+[ \t]*$/gu, '')
    .replace(/\n[ \t]*(?:=+|-+)[ \t]*$/u, '')
    .replace(/\{#[^{}\n]{0,200}\}\s*$/u, '')
    .replace(/<[^<>\n]{1,200}>/gu, '')
    .replace(/!?\[([^[\]\n]{0,400})\](?:\([^()\n]{0,400}\)|\[[^[\]\n]{0,200}\])/gu, '$1')
    .replace(/`+([^`\n]{1,400})`+/gu, '$1')
    .replace(/(\*{1,3}|_{2,3}|~~)(?=\S)([^*~\n]{1,400}?)(?<=\S)\1/gu, '$2')
    .replace(/\\([!-/:-@[-`{-~])/gu, '$1')
    .replace(/\s+/gu, ' ')
    .trim()
}
