import { UsageError } from '../errors/base.js';
import { findDataSource } from './find-data-source.js';
import { assertNoPassword } from './arguments.js';
import { assertRevisionName } from './revision-name.js';

/** The command line that executes a call of `npm run typeorm`. */
export type TypeormRoute =
  /** For this package's command line. */
  | { readonly kind: 'own'; readonly argv: readonly string[] }
  /** For TypeORM's own command line. */
  | { readonly kind: 'pass'; readonly argv: readonly string[] };

const REFUSED: Readonly<Record<string, string>> = {
  'schema:sync':
    'schema:sync changes a database without a revision. Generate a revision and run it: npm run typeorm migration:generate src/migrations/Name, npm run typeorm migration:run',
  'schema:drop':
    'schema:drop deletes every table. Revert revision by revision with npm run typeorm migration:revert, or drop the database with its own tools.',
};

/** Commands of TypeORM that open a DataSource. */
const NEEDS_DATA_SOURCE = [
  'schema:log',
  'query',
  'migration:run',
  'migration:revert',
  'migration:show',
  'cache:clear',
];

/** The option before the file of a DataSource. */
const NAMES_DATA_SOURCE = /^(-d|--data-?source)$/i;

/**
 * Routes a call: to our generator for new revisions, and to TypeORM for other commands, with this project's DataSource
 * where none is named. Commands that would lose data are refused.
 *
 * @param argv without node and script
 * @param ormconfig the file of this project's DataSource; undefined in another project, which has to name its own
 * @throws UsageError for a refused command, wrong arguments of one of ours, or a DataSource that is not named
 */
export function routeTypeorm(argv: readonly string[], ormconfig: string | undefined): TypeormRoute {
  for (const [refused, words] of Object.entries(REFUSED))
    if (argv.includes(refused)) throw new UsageError(words);
  assertNoPassword(argv.includes('query') ? argv.filter((word) => !isStatement(word)) : argv);
  const at = argv.findIndex(
    (word, index) => !word.startsWith('-') && !NAMES_DATA_SOURCE.test(argv[index - 1] ?? ''),
  );
  const command = argv[at] ?? '';
  const rest = argv.filter((_word, index) => index !== at);
  if (command === 'migration:generate' || command === 'migration:create') {
    return { kind: 'own', argv: [command.slice('migration:'.length), ...ownWords(command, rest)] };
  }
  const named = rest.some((word) => NAMES_DATA_SOURCE.test(word) || /^(-d|--data-?source=)./i.test(word));
  if (named || !NEEDS_DATA_SOURCE.includes(command)) return { kind: 'pass', argv };
  if (ormconfig === undefined) throw new UsageError(unnamedWords(command));
  return { kind: 'pass', argv: [...argv, '-d', ormconfig] };
}

function unnamedWords(command: string): string {
  const file = findDataSource();
  const example = file === undefined ? ', for example -d src/data-source.ts' : `: -d ${file}`;
  return `${command}: no DataSource is named. Add -d with the file that exports it${example}`;
}

/** Whether it is the SQL for TypeORM's `query`, which may contain a password as a text. */
function isStatement(word: string): boolean {
  return /\s/.test(word);
}

/** The arguments for our command. `generate` accepts our options after the path, and none of TypeORM's. */
function ownWords(command: string, words: readonly string[]): readonly string[] {
  const [path, ...options] = words;
  const example = `npm run typeorm ${command} src/migrations/AddColumn`;
  if (path === undefined || path.startsWith('-') || (command === 'migration:create' && options.length > 0))
    throw new UsageError(
      `${command} requires the folder and name of the revision${command === 'migration:create' ? ' and nothing else' : ' as its first argument'}. Example: ${example}`,
    );
  assertRevisionName(path.slice(path.lastIndexOf('/') + 1), example);
  return words;
}
