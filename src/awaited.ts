/** What this process waits for at present, for the message of a command that a signal stops. */

type Words = () => string | undefined;

const waiting = new Set<Words>();

/**
 * Notes a wait.
 *
 * @param words what is waited for, undefined while it is nothing
 * @returns forgets it
 */
export function noteWait(words: Words): () => void {
  waiting.add(words);
  return () => void waiting.delete(words);
}

/** What it waits for now, each once. */
export function awaitedNow(): readonly string[] {
  return [...new Set([...waiting].map((words) => words()).filter((words) => words !== undefined))];
}
