import type { DataSource } from 'typeorm';
import type { KnownTarget } from '../../database-url.js';

/** Something that is to be given back. */
export interface Disposable<T> {
  readonly value: T;
  readonly dispose: () => Promise<void>;
}

/** A database of a test. */
export interface DisposableDatabase extends Disposable<KnownTarget> {
  /** Makes a DataSource on it refuse every connection that reaches another database, where one can. */
  readonly guard?: (dataSource: DataSource) => void;
}

/** Hands over what is otherwise there only while a function runs, until it is given back. */
export function held<T>(lend: (use: (value: T) => Promise<void>) => Promise<void>): Promise<Disposable<T>> {
  return new Promise((resolve, reject) => {
    const lending = lend(
      (value) =>
        new Promise((end) => {
          resolve({
            value,
            dispose: () => {
              end();
              return lending;
            },
          });
        }),
    );
    lending.catch(reject);
  });
}
