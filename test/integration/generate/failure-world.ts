import { expect } from 'chai';
import { DataSource, EntitySchema, EntitySchemaOptions, type EntitySchemaColumnOptions } from 'typeorm';
import type { DialectName } from '../../../src/databases/registry.js';
import { chooseSqliteDriver } from '../../../src/databases/sqlite/driver.js';
import { VerificationFailedError } from '../../../src/errors/verification.js';
import {
  generateRevisions,
  type GenerateOptions,
  type GenerateReport,
} from '../../../src/generate/generate-revisions.js';
import type { Revision } from '../../../src/migrator/revision.js';
import { revision } from '../../support/revisions.js';
import { postgresServer, urlOf } from '../../support/servers.js';

/** The time at which a change is generated. */
export const NOW = 1_795_700_000_000;
const FIRST = NOW - 2_000_000;

/** Columns of the entity, by name. */
export type Columns = Readonly<Record<string, EntitySchemaColumnOptions>>;
/** The parts of an entity besides columns. */
export type More = Partial<EntitySchemaOptions<Record<string, unknown>>>;
/** Revisions, in the form for a DataSource. */
export type Revisions = readonly (new () => Revision)[];

/** An entity with a key and these columns. */
export function account(columns: Columns, more: More = {}): EntitySchema {
  const confirmed = {
    name: 'ac',
    tableName: 'ac',
    columns: { id: { type: 'integer', primary: true }, ...columns },
    ...more,
  };
  return new EntitySchema(Object.assign(new EntitySchemaOptions<Record<string, unknown>>(), confirmed));
}

/** The error of a generation that fails verification. */
export async function failureOf(work: Promise<unknown>): Promise<VerificationFailedError> {
  const error: unknown = await work.catch((reason: unknown) => reason);
  expect(error).to.be.instanceOf(VerificationFailedError);
  return error as VerificationFailedError;
}

/** Generates for one database, into a folder that the test names. */
export class FailureWorld {
  constructor(
    readonly dialect: DialectName,
    readonly folder: () => string,
  ) {}

  /** Generates what leads from these revisions to the entity; nothing is written. */
  generate(
    entity: EntitySchema,
    migrations: Revisions,
    options: Partial<GenerateOptions> = {},
  ): Promise<GenerateReport> {
    return generateRevisions(sourceOf(this.dialect, [entity], migrations), {
      folder: this.folder(),
      name: 'Change',
      now: NOW,
      write: false,
      oneStep: true,
      scratchUrl: urlOf(postgresServer()),
      ...options,
    });
  }

  /** The table of an entity, and objects that a revision by hand has created. */
  async history(entity: EntitySchema, ...byHand: readonly string[]): Promise<Revisions> {
    const { revisions } = await this.generate(entity, [], { now: FIRST });
    const made = revisions.map((one) => revision(one.id, one[this.dialect].up, one[this.dialect].down));
    return byHand.length === 0 ? made : [...made, revision('ByHand1795699000000', byHand, [])];
  }
}

function sourceOf(
  dialect: DialectName,
  entities: readonly EntitySchema[],
  migrations: Revisions,
): DataSource {
  const where =
    dialect === 'sqlite'
      ? { type: chooseSqliteDriver().type, database: ':memory:' }
      : { type: 'postgres', url: 'postgres://127.0.0.1:1/shop' };
  return new DataSource({ ...where, entities, migrations } as never);
}
