import type { DataSource } from 'typeorm';
import { ConnectionMetadataBuilder } from 'typeorm/connection/ConnectionMetadataBuilder.js';
import { UsageError } from '../errors/base.js';
import { sourceProblem } from '../source-problem.js';
import { located } from '../broken-script.js';
import { globsIn, nameTypeScript } from '../glob-folders.js';
import { isOfLoader, toInstall } from './load-module.js';

/** What a DataSource finds by globs, in the words of its options. */
type Found = 'entities' | 'migrations' | 'subscribers';

/**
 * Loads the TypeScript that a DataSource finds by globs, as TypeORM does when it connects. Any other error of these
 * files is left to the command.
 *
 * @param path the file of the DataSource, in full
 * @throws UsageError naming the globs and the packages to install, where Node cannot load the files
 */
export async function assertLoadable(dataSource: DataSource, path: string): Promise<void> {
  const builder = new ConnectionMetadataBuilder(dataSource);
  const loads: Readonly<Record<Found, (globs: string[]) => Promise<unknown>>> = {
    entities: (globs) => builder.buildEntityMetadatas(globs),
    migrations: (globs) => builder.buildMigrations(globs),
    subscribers: (globs) => builder.buildSubscribers(globs),
  };
  for (const [option, load] of Object.entries(loads) as [Found, (typeof loads)[Found]][]) {
    const globs = globsIn(dataSource.options[option]).filter((glob) => nameTypeScript([glob]));
    const error = await load(globs).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if (error !== undefined && isOfLoader(error) && sourceProblem(located(error, dataSource)) === undefined)
      throw new UsageError(
        `-d: the ${option} of ${path} are TypeScript (${globs.join(', ')}), ${toInstall()} Or compile them, and name the compiled files there.`,
        { cause: error },
      );
  }
}
