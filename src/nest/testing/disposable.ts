import type { DataSource } from 'typeorm';
import type { KnownTarget } from '../../database-url.js';

/** A value that its user has to dispose of. */
export interface Disposable<T> {
  readonly value: T;
  readonly dispose: () => Promise<void>;
}

/** A database of a test. */
export interface DisposableDatabase extends Disposable<KnownTarget> {
  /** Makes a DataSource on it refuse every connection to another database, where that is possible. */
  readonly guard?: (dataSource: DataSource) => void;
}

/** Keeps a value that exists only while a function runs, until it is disposed of. */
export function held<T>(
  provide: (use: (value: T) => Promise<void>) => Promise<void>,
): Promise<Disposable<T>> {
  return new Promise((resolve, reject) => {
    const providing = provide(
      (value) =>
        new Promise((end) => {
          resolve({
            value,
            dispose: () => {
              end();
              return providing;
            },
          });
        }),
    );
    providing.catch(reject);
  });
}
