import { expect } from 'chai';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { shownDatabase } from '../../../../src/databases/postgres/connection.js';

const MASTER = { host: 'db1.example', port: 5433, database: 'orders', username: 'app', password: 'secret' };

const SHOWN: readonly (readonly [title: string, options: Partial<DataSourceOptions>, shown: string])[] = [
  ['host, port and name', { ...MASTER }, 'postgres://db1.example:5433/orders'],
  ['defaults', { database: 'orders' }, 'postgres://localhost:5432/orders'],
  ['a URL', { url: 'postgres://app:secret@db2.example/shop' }, 'postgres://db2.example:5432/shop'],
  [
    'a URL whose password is not encoded',
    { url: ['postgres://app', 'p@ss/w@db2.example/shop'].join(':') },
    'postgres://db2.example:5432/shop',
  ],
  [
    'a URL with an @ in a parameter',
    { url: 'postgres://app:secret@db2.example/shop?application_name=a@b' },
    'postgres://db2.example:5432/shop',
  ],
  [
    'a URL with a list of servers, which TypeORM does not take,',
    { url: 'postgres://app:secret@db5.example:5433,db6.example/shop?target_session_attrs=primary' },
    'postgres://db5.example:5433,db6.example/shop',
  ],
  [
    'a URL whose password has a comma and is not encoded',
    { url: ['postgres://app', 'p,ss@db2.example/shop'].join(':') },
    'postgres://db2.example:5432/shop',
  ],
  [
    'the primary of several servers',
    { replication: { master: MASTER, slaves: [{ ...MASTER, host: 'db3.example' }] } },
    'postgres://db1.example:5433/orders',
  ],
  [
    'the primary of several servers, by its URL',
    { replication: { master: { url: 'postgres://app:secret@db4.example/shop' }, slaves: [] } },
    'postgres://db4.example:5432/shop',
  ],
];

describe('The address of a DataSource', () => {
  for (const [title, options, shown] of SHOWN)
    it(`The address of a DataSource shows ${title}, and no password`, () => {
      const dataSource = new DataSource({ type: 'postgres', ...options } as DataSourceOptions);
      expect(shownDatabase(dataSource)).to.equal(shown);
    });
});
