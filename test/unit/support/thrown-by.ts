/** The error of that class which the act throws; any other outcome fails the test. */
export function thrownBy<E extends Error>(kind: new (...args: never[]) => E, act: () => unknown): E {
  try {
    act();
  } catch (error) {
    if (error instanceof kind) return error;
    throw error;
  }
  throw new Error(`${kind.name} was not thrown`);
}
