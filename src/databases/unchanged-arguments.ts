import { getMetadataArgsStorage } from 'typeorm';

/** What decorators have declared, by the options that TypeORM keeps of each. */
const DECLARED = new WeakMap<object, unknown>();

/** How many builds run now, which may load the files of entities. */
let building = 0;

/**
 * Runs what builds TypeORM's metadata of entities. TypeORM writes the default of an inherited column of a child into the
 * decorators of its parent: the next DataSource would give the parent that default too. So each column keeps its own,
 * also in the files that TypeORM loads meanwhile.
 */
export async function withUnchangedArguments<T>(build: () => Promise<T>): Promise<T> {
  noteDefaults();
  restoreDefaults();
  if (building++ === 0) watchColumns();
  try {
    return await build();
  } finally {
    if (--building === 0) unwatchColumns();
    restoreDefaults();
  }
}

/** Notes what is declared so far, before TypeORM builds anything of it. */
function noteDefaults(): void {
  for (const { options } of columnsDeclared()) note(options);
}

function restoreDefaults(): void {
  for (const { options } of columnsDeclared())
    if (DECLARED.has(options) && defaultOf(options) !== DECLARED.get(options))
      (options as { default?: unknown }).default = DECLARED.get(options);
}

function note(options: object): void {
  if (!DECLARED.has(options)) DECLARED.set(options, defaultOf(options));
}

/** A decorator adds its column to this list. */
function watchColumns(): void {
  const columns = columnsDeclared();
  columns.push = (...added) => {
    for (const { options } of added) note(options);
    return Array.prototype.push.apply(columns, added);
  };
}

function unwatchColumns(): void {
  Reflect.deleteProperty(columnsDeclared(), 'push');
}

function columnsDeclared(): ReturnType<typeof getMetadataArgsStorage>['columns'] {
  return getMetadataArgsStorage().columns;
}

function defaultOf(options: object): unknown {
  return (options as { readonly default?: unknown }).default;
}
