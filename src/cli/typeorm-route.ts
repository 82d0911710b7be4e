import { UsageError } from '../errors.js';
import { assertNoPassword } from './arguments.js';
import { assertRevisionName } from './revision-name.js';

/** What becomes of a call of `npm run typeorm`. */
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

/** The word before the file of a DataSource. */
const NAMES_DATA_SOURCE = /^(-d|--data-?source)$/i;

/**
 * Decides who answers a call: our generator for new revisions, nobody for what would lose data, TypeORM for the rest,
 * with this project's DataSource where none is named.
 *
 * @param argv without node and script
 * @throws UsageError for a refused command, or one of ours called wrongly
 */
export function routeTypeorm(argv: readonly string[], ormconfig: string): TypeormRoute {
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
  const addition = NEEDS_DATA_SOURCE.includes(command) && !named ? ['-d', ormconfig] : [];
  return { kind: 'pass', argv: [...argv, ...addition] };
}

/** SQL that TypeORM's `query` is given, in which a password may stand as a text. */
function isStatement(word: string): boolean {
  return /\s/.test(word);
}

/** `generate` takes options of ours behind the path; TypeORM's own mean nothing to us. */
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
