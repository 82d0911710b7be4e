import { isOwnError } from '../errors/base.js';

/** Something that a report has, or why it does not have it, a sentence. */
export type Known<T> = { readonly value: T } | { readonly problem: string };

/** What a part of a report reads. Only errors of this package explain themselves; others are thrown. */
export async function known<T>(read: () => Promise<T>): Promise<Known<T>> {
  try {
    return { value: await read() };
  } catch (error) {
    if (!isOwnError(error)) throw error;
    return { problem: error.message };
  }
}
