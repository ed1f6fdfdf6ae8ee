import { AppError } from '../src/core/errors.ts'

/** Names the index: a request that left it out cannot know which one was meant. */
export const indexNotFound = (index: string): AppError => new AppError('index_not_found', `There is no index ${index}`, { index })
