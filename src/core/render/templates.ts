import type { Render } from '../request.ts'
import { json } from './json.ts'
import { markdown } from './markdown.ts'
import { plain } from './plain.ts'
import type { Template } from './template.ts'
import { xml } from './xml.ts'

export const TEMPLATES: Readonly<Record<Render, Template>> = { markdown, xml, json, plain }
