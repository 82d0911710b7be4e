/** Sends a statement on, with its parameters; another statement in its place where one is given. */
export type Send = (instead?: string) => Promise<unknown>;

/** Stands between a body and its connection: may look at a statement, and do something before and after it. */
export type Intercept = (sql: string, send: Send) => Promise<unknown>;

/** Sends a statement to the driver, with whatever else its caller has given. */
type Query = (...args: readonly unknown[]) => Promise<unknown>;

/** What intercepts the statements of one connection. The newest one sees a statement first. */
export class Interceptors {
  /** Never changed, but replaced: what changes it while a statement is on its way concerns the next one. */
  #list: readonly Intercept[] = [];

  get isEmpty(): boolean {
    return this.#list.length === 0;
  }

  /** @returns removes it, in any order and any number of times; returns whether it was still there */
  add(intercept: Intercept): () => boolean {
    // A function of its own each time, so that one that is there twice is taken away once.
    const own: Intercept = (sql, send) => intercept(sql, send);
    this.#list = [...this.#list, own];
    return () => {
      const isThere = this.#list.includes(own);
      this.#list = this.#list.filter((one) => one !== own);
      return isThere;
    };
  }

  /** The same connection past all that comes later. */
  below(query: Query): Query {
    const list = this.#list;
    return (...args) => through(list, query, args);
  }

  /** Leads a statement, the first argument, through all of them to the driver. */
  pass(query: Query, args: readonly unknown[]): Promise<unknown> {
    return through(this.#list, query, args);
  }
}

function through(list: readonly Intercept[], query: Query, args: readonly unknown[]): Promise<unknown> {
  const intercept = list.at(-1);
  if (!intercept) return query(...args);
  const [sql, ...rest] = args;
  return intercept(String(sql), (instead) => through(list.slice(0, -1), query, [instead ?? sql, ...rest]));
}
