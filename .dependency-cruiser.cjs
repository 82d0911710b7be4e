// Which module may import which. `npm run lint` and test/unit/imports.test.ts run it. CONTRIBUTING.md says the order in words.

/**
 * The parts of src, lowest first. A part is a folder or file in src. It may import itself and the parts of lower rows;
 * the parts of one row do not import each other.
 */
const ROWS = [
  ['text'],
  ['sql'],
  ['errors', 'clock', 'awaited', 'package-version', 'exactly', 'json-problems', 'cache-folder'],
  ['schema'],
  ['server-list', 'with-primary'],
  [
    'database-url',
    'optional-package',
    'source-problem',
    'stop-signals',
    'words-of-project',
    'glob-folders',
    'number-options',
    'telemetry',
  ],
  ['broken-script'],
  ['settings'],
  ['partitioned', 'expires'],
  ['logger'],
  ['error-logger'],
  ['databases'],
  ['metadata'],
  ['validation'],
  ['migrator'],
  ['partitions'],
  ['guard'],
  ['data-source'],
  ['drift', 'scratch', 'diagram'],
  ['lint'],
  ['generate', 'migrator-api', 'report'],
  ['cli', 'nest'],
  ['index'],
];

/** The same inside folders that have an order of their own. */
const INNER_ROWS = {
  schema: [
    ['partition', 'interval', 'element-type'],
    ['model', 'record-tables', 'bridge-trigger', 'periods'],
    [
      'show',
      'normalise',
      'exclusion',
      'enum-check',
      'dangling',
      'rename',
      'describe-fragments',
      'conflict-clauses',
      'not-null',
    ],
    ['change'],
    ['diff', 'moved-table', 'number-sequences'],
    [
      'invert',
      'leave',
      'expressions-of',
      'change-facets',
      'describe-parts',
      'undeclared',
      'undeclared-options',
      'special-tables',
      'strict-tables',
      'live-partitions',
      'namesakes',
      'moments',
      'domains',
      'repeated-keys',
    ],
    ['apply', 'describe-view'],
    ['describe-change'],
  ],
};

/** What belongs to the application: no part imports it, and it imports itself and these files alone. */
const LEAVES = {
  entities: ['^src/validation/decorators\\.ts$', '^src/(partitioned|expires)\\.ts$'],
  migrations: ['^src/migrator/revision\\.ts$'],
  seeds: ['^src/entities/index\\.ts$', '^src/optional-package\\.ts$'],
  subscribers: ['^src/entities/index\\.ts$', '^src/databases/registry\\.ts$', '^src/errors/base\\.ts$'],
};

/** What a user or a script starts or imports; all of src is there for one of them. */
const ENTRIES = [
  '^ormconfig\\.ts$',
  '^scripts/[^/]+\\.ts$',
  // A part of the page, which a browser runs.
  '^src/report/page-script\\.js$',
  '^src/(index|(databases/conformance|entities|generate|migrations|subscribers|nest|nest/testing)/index)\\.ts$',
];

/** The modules of parts, as one pattern. */
function modulesOf(folder, parts) {
  return `^${folder}/(${parts.join('|')})(/|\\.ts$)`;
}

/** One rule a part: it imports nothing of its folder but itself and lower rows. */
function oneWay(folder, rows) {
  return rows.flatMap((row, at) =>
    row.map((part) => ({
      name: `one-way: ${folder}/${part}`,
      comment: 'Imports go one way. Move the module to a higher part, or what it needs to a lower one.',
      severity: 'error',
      from: { path: modulesOf(folder, [part]) },
      to: { path: `^${folder}/`, pathNot: modulesOf(folder, [...rows.slice(0, at).flat(), part]) },
    })),
  );
}

/** Every module has a part with a place in the order. */
function placed(folder, parts) {
  const stranger = { path: `^${folder}/`, pathNot: modulesOf(folder, parts) };
  const comment = 'Give the new folder or file a place in .dependency-cruiser.cjs.';
  return [
    { name: `placed: ${folder}`, comment, severity: 'error', from: stranger, to: {} },
    { name: `placed: ${folder} (imported)`, comment, severity: 'error', from: {}, to: stranger },
  ];
}

const leaves = Object.entries(LEAVES).map(([part, others]) => ({
  name: `leaf: ${part}`,
  comment: 'Entities, revisions, seeds and subscribers import no more of src than what LEAVES allows.',
  severity: 'error',
  from: { path: modulesOf('src', [part]) },
  to: { path: '^src/', pathNot: [modulesOf('src', [part]), ...others] },
}));

module.exports = {
  forbidden: [
    {
      name: 'no-circle',
      comment:
        'A circle has no order in which to read it. Types count. Entities may: a relation has two ends.',
      severity: 'error',
      from: { pathNot: '^src/entities/' },
      to: { circular: true },
    },
    ...oneWay('src', ROWS),
    ...Object.entries(INNER_ROWS).flatMap(([part, rows]) => oneWay(`src/${part}`, rows)),
    ...leaves,
    ...placed('src', [...ROWS.flat(), ...Object.keys(LEAVES)]),
    ...Object.entries(INNER_ROWS).flatMap(([part, rows]) => placed(`src/${part}`, rows.flat())),
    {
      name: 'no-orphan',
      comment: 'No entry point needs this module. Delete it, or import it where it is needed.',
      severity: 'error',
      from: { path: ENTRIES },
      to: { path: '^src/', pathNot: ENTRIES, reachable: false },
    },
    {
      name: 'no-broken-import',
      comment: 'The module or package does not exist.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'no-dev-dependency',
      comment:
        'Users do not get development packages. Add the package to the dependencies, or do without it.',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg'], dependencyTypesNot: ['npm-peer'] },
    },
    {
      name: 'no-package-in-sql',
      comment: 'src/sql reads text. It knows no connection and no package.',
      severity: 'error',
      from: { path: '^src/sql/' },
      to: { dependencyTypes: ['npm', 'npm-peer', 'npm-dev', 'npm-no-pkg', 'npm-optional'] },
    },
    {
      name: 'no-driver-in-schema',
      comment: 'A schema is plain data; src/metadata reads that of TypeORM.',
      severity: 'error',
      from: { path: '^src/schema/' },
      to: { path: 'node_modules/(typeorm|pg|[^/]*sqlite3)/' },
    },
    {
      name: 'independent-proof',
      comment:
        'The last proof reads catalogs with code of its own, so that a fault in src/sql cannot hide from it.',
      severity: 'error',
      from: { path: '^src/databases/[^/]+/raw-catalog' },
      to: { path: '^src/sql/', reachable: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
