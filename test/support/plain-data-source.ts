import 'reflect-metadata';
import { DataSource } from 'typeorm';
import { revision } from './revisions.js';

const PLAIN = revision('MakePlain1800000000361', ['CREATE TABLE plain (n integer)'], ['DROP TABLE plain']);

/** For `-d`, against DATABASE_URL: a DataSource that knows no other variable. */
export const dataSource = new DataSource({
  type: 'postgres',
  url: process.env['DATABASE_URL'] ?? '',
  migrations: [PLAIN],
});
