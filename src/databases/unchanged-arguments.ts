import { getMetadataArgsStorage } from 'typeorm';

/**
 * Runs what builds TypeORM's metadata of entities. TypeORM writes the default of an inherited column of a child into the
 * decorators of its parent: the next DataSource would give the parent that default too. So each column keeps its own.
 */
export async function withUnchangedArguments<T>(build: () => Promise<T>): Promise<T> {
  const before = getMetadataArgsStorage().columns.map(({ options }) => ({
    options,
    value: defaultOf(options),
  }));
  try {
    return await build();
  } finally {
    for (const { options, value } of before) if (defaultOf(options) !== value) options.default = value;
  }
}

function defaultOf({ default: value }: { readonly default?: unknown }): unknown {
  return value;
}
