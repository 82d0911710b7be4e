/** The projects of `npm run test:adoption`: which form has which packages. */

/** What a project is, whatever its packages. */
export interface Form {
  /** The folder in test/adoption/projects. */
  readonly folder: string;
  /** The file for `-d`. */
  readonly dataSource: string;
  /** Where the project keeps its migrations, as sources. */
  readonly migrations: string;
  readonly dialect: 'postgres' | 'sqlite';
  /** Whether its own ts-node loads it, and it has no build. */
  readonly tsNode?: boolean;
  /** What its databases have before this package comes, default nothing that migrations make. */
  readonly begins?: 'with tables' | 'with lost migrations';
  /** The name of its table of migrations, default `migrations`. */
  readonly records?: string;
  /** Modules that use the database as the application does, and what each prints. */
  readonly application?: readonly (readonly [main: string, printed: string])[];
}

/** A form with packages. */
export interface Project {
  readonly form: Form;
  readonly typeorm: string;
  /** The driver and its version, as npm takes it. */
  readonly driver: string;
  /** The version of NestJS and that of @nestjs/typeorm. */
  readonly nest?: readonly [nest: string, typeorm: string];
  /** Another Node than the one that runs this. */
  readonly node?: string;
  /** TypeORM itself does not declare this driver. */
  readonly legacyPeerDeps?: boolean;
  /** Whether `.ci/run` has it: three that compile nothing, with a TypeORM each. */
  readonly ci?: boolean;
}

const COMMONJS_TYPESCRIPT: Form = {
  folder: 'commonjs-typescript',
  dataSource: 'dist/data-source.js',
  migrations: 'src/migration',
  dialect: 'sqlite',
};

const COMMONJS_TS_NODE: Form = {
  folder: 'commonjs-ts-node',
  dataSource: 'src/data-source.ts',
  migrations: 'src/migration',
  dialect: 'postgres',
  tsNode: true,
};

const BASELINE: Form = {
  folder: 'baseline',
  dataSource: 'data-source.js',
  migrations: 'migrations',
  dialect: 'postgres',
  begins: 'with tables',
};

const NO_FIRST_MIGRATIONS: Form = {
  folder: 'no-first-migrations',
  dataSource: 'data-source.js',
  migrations: 'migrations',
  dialect: 'sqlite',
  begins: 'with lost migrations',
};

const ESM_JAVASCRIPT: Form = {
  folder: 'esm-javascript',
  dataSource: 'data-source.js',
  migrations: 'migrations',
  dialect: 'sqlite',
};

const NX_MONOREPO: Form = {
  folder: 'nx-monorepo',
  dataSource: 'dist/libs/db/src/data-source.js',
  migrations: 'libs/db/src/migrations',
  dialect: 'sqlite',
  records: 'shop_migrations',
};

const SAME_STAMPS: Form = {
  folder: 'same-stamps',
  dataSource: 'data-source.js',
  migrations: 'migrations',
  dialect: 'sqlite',
};

const EXTERNAL_TABLES: Form = {
  folder: 'external-tables',
  dataSource: 'data-source.js',
  migrations: 'migrations',
  dialect: 'sqlite',
};

const VIEWS: Form = {
  folder: 'views',
  dataSource: 'dist/data-source.js',
  migrations: 'src/migrations',
  dialect: 'sqlite',
};

const SCHEMA_QUALIFIED_RECORDS: Form = {
  folder: 'schema-qualified-records',
  dataSource: 'data-source.js',
  migrations: 'migrations',
  dialect: 'postgres',
  records: 'migs',
};

const NEST: Form = {
  folder: 'nest',
  dataSource: 'dist/data-source.js',
  migrations: 'src/migrations',
  dialect: 'postgres',
  application: [
    ['dist/main.js', 'bookings: 1'],
    ['dist/ready.js', 'database: up'],
  ],
};

/** The pairs that TypeORM's own peer ranges allow, and one that they do not. */
export const PROJECTS: readonly Project[] = [
  { form: NEST, typeorm: '0.3.20', driver: 'pg@8.11.3', nest: ['10.4.15', '10.0.2'], ci: true },
  { form: SAME_STAMPS, typeorm: '0.3.31', driver: 'sqlite3@6.0.1', ci: true },
  { form: ESM_JAVASCRIPT, typeorm: '1.1.1', driver: 'better-sqlite3@12.11.1' },
  { form: COMMONJS_TYPESCRIPT, typeorm: '0.3.20', driver: 'sqlite3@5.1.7' },
  { form: EXTERNAL_TABLES, typeorm: '0.3.20', driver: 'better-sqlite3@9.6.0' },
  { form: EXTERNAL_TABLES, typeorm: '0.3.31', driver: 'better-sqlite3@10.1.0' },
  { form: NX_MONOREPO, typeorm: '0.3.31', driver: 'sqlite3@5.1.7' },
  { form: VIEWS, typeorm: '0.3.31', driver: 'better-sqlite3@11.10.0' },
  { form: ESM_JAVASCRIPT, typeorm: '0.3.31', driver: 'better-sqlite3@12.11.1' },
  {
    form: ESM_JAVASCRIPT,
    typeorm: '1.1.1',
    driver: 'better-sqlite3@13.2.0',
    node: '22',
    legacyPeerDeps: true,
    ci: true,
  },
  { form: COMMONJS_TS_NODE, typeorm: '0.3.31', driver: 'pg@8.23.1' },
  { form: BASELINE, typeorm: '1.1.1', driver: 'pg@8.23.1' },
  { form: NO_FIRST_MIGRATIONS, typeorm: '0.3.31', driver: 'sqlite3@6.0.1' },
  { form: SCHEMA_QUALIFIED_RECORDS, typeorm: '0.3.31', driver: 'pg@8.23.1' },
  { form: NEST, typeorm: '0.3.31', driver: 'pg@8.23.1', nest: ['11.2.10', '11.0.3'] },
];

/** The project in a few words, the same in every line about it. */
export function titleOf({ form, typeorm, driver }: Project): string {
  return `${form.folder}, typeorm ${typeorm}, ${driver}`;
}
