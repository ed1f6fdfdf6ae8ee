import type { Command } from '../../src/core/ports/command.ts'
import { PACKER } from '../../src/core/packing/select.ts'
import { numberOption, numbersOption, textOption } from '../arguments.ts'
import { COMMON_OPTIONS } from '../common-options.ts'
import { writeJsonFile } from '../json-file.ts'
import { describeMachine } from '../machine.ts'
import { packingTable } from '../tables/packing-table.ts'
import { show } from '../tables/show.ts'
import { measurePacking } from './measure.ts'
import type { PackingResult } from './result.ts'

export const packingCommand: Command = {
  name: 'packing',
  summary: 'Time the packer alone, by number of candidates',
  arguments: [],
  options: [
    { flags: '--candidates <count,...>', description: 'passages that compete', default: '50,100,200,500,1000,2000,5000' },
    { flags: '--variants <count>', description: 'variants of each', default: '4' },
    { flags: '--tokens <tokens>', description: 'budget', default: '1024' },
    { flags: '--runs <count>', description: 'packings of each size', default: '100' },
    COMMON_OPTIONS.out,
  ],
  examples: ['ration bench packing', 'ration bench packing --candidates 200 --tokens 4096'],
  async run({ options }, { terminal }) {
    const shape = {
      variants: numberOption(options, 'variants', { min: 1, max: 8 }, 4),
      tokens: numberOption(options, 'tokens', { min: 1, max: 1_000_000 }, 1024),
      runs: numberOption(options, 'runs', { min: 1, max: 100_000 }, 100),
    }
    const sizes = numbersOption(options, 'candidates', { min: 1, max: 20_000 })
    // Until the code is compiled; its times are thrown away.
    measurePacking({ ...shape, candidates: 200 })
    const results = sizes.map((candidates) => measurePacking({ ...shape, candidates }))
    const result: PackingResult = { bench: 'packing', results, versions: { packer: PACKER }, machine: describeMachine() }
    const out = textOption(options, 'out')
    if (out !== null) await writeJsonFile(out, result)
    show(terminal, result, [packingTable(result)])
    return 0
  },
}
