import type { DataSource } from 'typeorm';
import type { KnownTarget } from '../../database-url.js';

/** Something that is to be given back. */
export interface Lent<T> {
  readonly value: T;
  readonly giveBack: () => Promise<void>;
}

/** A database of a test. */
export interface LentDatabase extends Lent<KnownTarget> {
  /** Makes a DataSource on it refuse every connection that reaches another database, where one can. */
  readonly guard?: (dataSource: DataSource) => void;
}

/** Hands over what is otherwise there only while a function runs, until it is given back. */
export function held<T>(lend: (use: (value: T) => Promise<void>) => Promise<void>): Promise<Lent<T>> {
  return new Promise((resolve, reject) => {
    const lending = lend(
      (value) =>
        new Promise((end) => {
          resolve({
            value,
            giveBack: () => {
              end();
              return lending;
            },
          });
        }),
    );
    lending.catch(reject);
  });
}
