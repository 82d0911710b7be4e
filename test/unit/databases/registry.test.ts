import { expect } from 'chai';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { databaseNamed, databaseOf } from '../../../src/databases/registry.js';
import { DialectUnsupportedError } from '../../../src/errors/base.js';
import { thrownBy } from '../support/thrown-by.js';

/** Only the type is looked at, and making a real one would load the driver of that database. */
function dataSourceOf(type: string): DataSource {
  return Object.assign(Object.create(DataSource.prototype) as DataSource, {
    options: { type } as DataSourceOptions,
  });
}

const SUPPORTED = [
  ['postgres', 'postgres'],
  ['sqlite', 'sqlite'],
  ['better-sqlite3', 'sqlite'],
] as const;

describe('databaseOf', () => {
  for (const [type, name] of SUPPORTED) {
    it(`databaseOf returns ${name} for a DataSource of type ${type}`, () => {
      expect(databaseOf(dataSourceOf(type))).to.equal(databaseNamed(name));
      expect(databaseNamed(name).name).to.equal(name);
    });
  }

  for (const type of ['mysql', 'mssql', 'cockroachdb', 'sqljs']) {
    it(`databaseOf rejects a DataSource of type ${type}`, () => {
      const error = thrownBy(DialectUnsupportedError, () => databaseOf(dataSourceOf(type)));
      expect(error.message).to.equal(
        `The DataSource is of type "${type}"; supported are postgres, sqlite and better-sqlite3.`,
      );
      expect(error).to.include({ code: 'DIALECT_UNSUPPORTED', type });
    });
  }
});

describe('databaseNamed', () => {
  it('databaseNamed rejects an unknown name and lists the known ones', () => {
    const error = thrownBy(DialectUnsupportedError, () => databaseNamed('pebble'));
    expect(error.known).to.deep.equal(['postgres', 'sqlite', 'better-sqlite3']);
    expect(error.message).to.include('"pebble"').and.include('postgres, sqlite and better-sqlite3');
  });
});
