const RUNS = 11;

/** How long it takes, in milliseconds. */
export async function timed(body: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await body();
  return performance.now() - started;
}

/** The median time of each, in milliseconds, run in turns so that a busy machine is equally busy for all of them. */
export async function median(...bodies: readonly (() => Promise<unknown>)[]): Promise<readonly number[]> {
  const times: number[][] = bodies.map(() => []);
  for (let run = 0; run < RUNS; run += 1) {
    for (const [index, body] of bodies.entries()) times[index]?.push(await timed(body));
  }
  return times.map((list) => list.sort((a, b) => a - b)[Math.floor(RUNS / 2)] ?? 0);
}
