import { expect } from 'chai';
import { routeTypeorm, type TypeormRoute } from '../../../src/cli/typeorm-route.js';
import { UsageError } from '../../../src/errors/base.js';
import { thrownBy } from '../support/thrown-by.js';

const OWN = '/project/ormconfig.ts';

const ROUTES: readonly (readonly [words: string, route: TypeormRoute])[] = [
  [
    'migration:generate src/migrations/AddFence',
    { kind: 'own', argv: ['generate', 'src/migrations/AddFence'] },
  ],
  [
    'migration:generate src/migrations/AddFence --drop fences.old --json',
    { kind: 'own', argv: ['generate', 'src/migrations/AddFence', '--drop', 'fences.old', '--json'] },
  ],
  ['migration:create src/migrations/AddFence', { kind: 'own', argv: ['create', 'src/migrations/AddFence'] }],
  ['migration:create AddFence', { kind: 'own', argv: ['create', 'AddFence'] }],
  ['migration:generate ./a/Add2Fences', { kind: 'own', argv: ['generate', './a/Add2Fences'] }],
  ...[
    'migration:run',
    'migration:revert',
    'migration:show',
    'schema:log',
    'cache:clear',
    'migration:run --fake',
  ].map((words): [string, TypeormRoute] => [words, { kind: 'pass', argv: [...words.split(' '), '-d', OWN] }]),
  ['query SELECT', { kind: 'pass', argv: ['query', 'SELECT', '-d', OWN] }],
  ...[
    'migration:run -d other.ts',
    'migration:run --dataSource other.ts',
    'migration:run --dataSource=other.ts',
    'schema:log -d=other.ts',
    'schema:log -dother.ts',
    '-d other.ts migration:run',
    '--data-source other.ts migration:run',
    'version',
    'init --name fences',
    '--help',
    'entity:create src/entities/Fence',
  ].map((words): [string, TypeormRoute] => [words, { kind: 'pass', argv: words.split(' ') }]),
];

const NOTHING_ELSE =
  'migration:create requires the folder and name of the revision and nothing else. Example: npm run typeorm migration:create src/migrations/AddColumn';
const FIRST =
  'migration:generate requires the folder and name of the revision as its first argument. Example: npm run typeorm migration:generate src/migrations/AddColumn';
const BAD_NAME = (name: string, rule: string) =>
  `"${name}": ${rule} Example: npm run typeorm migration:create src/migrations/AddColumn`;
const LETTERS = 'a revision name contains only the letters A to Z, a to z and digits, not';

const REFUSED: readonly (readonly [words: string, message: string])[] = [
  [
    'schema:sync',
    'schema:sync changes a database without a revision. Generate a revision and run it: ' +
      'npm run typeorm migration:generate src/migrations/Name, npm run typeorm migration:run',
  ],
  [
    'schema:drop -d other.ts',
    'schema:drop deletes every table. Revert revision by revision with npm run typeorm migration:revert, or drop the database with its own tools.',
  ],
  [
    '-d ormconfig.ts schema:drop',
    'schema:drop deletes every table. Revert revision by revision with npm run typeorm migration:revert, or drop the database with its own tools.',
  ],
  ['--color migration:generate src/migrations/AddFence', FIRST],
  ['migration:generate', FIRST],
  ['migration:create', NOTHING_ELSE],
  ['migration:generate --check', FIRST],
  ['migration:create src/migrations/AddFence -d other.ts', NOTHING_ELSE],
  ['migration:create src/migrations/', BAD_NAME('', 'a revision needs a name.')],
  [
    'migration:create src/migrations/addFence',
    BAD_NAME('addFence', 'a revision name starts with an uppercase letter.'),
  ],
  ['migration:create src/migrations/Add-Fence', BAD_NAME('Add-Fence', `${LETTERS} "-".`)],
  [
    'migration:create src/migrations/AddFence2',
    BAD_NAME('AddFence2', 'a revision name does not end with a digit, because its stamp follows it.'),
  ],
  ['migration:create src/migrations/AddFence.ts', BAD_NAME('AddFence.ts', `${LETTERS} ".".`)],
];

const URL = ['postgres://ann', 'hush@db.example/orders'].join(':');

describe('routeTypeorm', () => {
  for (const args of [
    ['migration:run', '-d', URL],
    ['migration:run', URL],
    ['-d', 'host=a password=hush', 'migration:show'],
    ['migration:generate', URL],
    ['migration:create', `${URL}/AddColumn`],
    ['query', 'SELECT 1', '-d', URL],
    [URL],
  ])
    it(`routeTypeorm refuses a password, and does not repeat it: ${args.join(' ')}`, () => {
      const { message } = thrownBy(UsageError, () => routeTypeorm(args, OWN));
      expect(message)
        .to.match(/ contains a password\. /)
        .and.not.contain('hush');
    });

  it('routeTypeorm does not change the SQL of a query', () => {
    const argv = ['query', `SELECT '${URL}'`];
    expect(routeTypeorm(argv, OWN)).to.deep.equal({ kind: 'pass', argv: [...argv, '-d', OWN] });
  });

  for (const [words, route] of ROUTES) {
    it(`routeTypeorm sends "${words}" to ${route.kind}`, () => {
      expect(routeTypeorm(words.split(' '), OWN)).to.deep.equal(route);
    });
  }

  it("routeTypeorm passes a call without a command to TypeORM's own help", () => {
    expect(routeTypeorm([], OWN)).to.deep.equal({ kind: 'pass', argv: [] });
  });

  for (const [words, message] of REFUSED) {
    it(`routeTypeorm refuses "${words}"`, () => {
      const error = thrownBy(UsageError, () => routeTypeorm(words.split(' '), OWN));
      expect(error.message).to.equal(message);
    });
  }
});
