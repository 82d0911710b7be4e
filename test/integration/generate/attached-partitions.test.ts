import { DefaultNamingStrategy } from 'typeorm';
import { GROWN, SHRUNK, verifyKept } from './attached-case.js';

const KEY_NAME = new DefaultNamingStrategy().primaryKeyName('job', ['id']);

/** The table becomes a partitioned one, with one partition that has an index and a check of its own. */
const PARTED = [
  'DROP TABLE job',
  `CREATE TABLE job (id integer NOT NULL, st job_st_enum, CONSTRAINT "${KEY_NAME}" PRIMARY KEY (id)) PARTITION BY RANGE (id)`,
  'CREATE TABLE job_1 PARTITION OF job DEFAULT',
];
const INDEX = [
  ...PARTED,
  `CREATE INDEX own ON job_1 (id) WHERE st = 'a'`,
  `COMMENT ON INDEX own IS 'it''s mine'`,
  `CREATE INDEX whole ON job_1 ((st = 'a'))`,
  'ALTER TABLE job_1 CLUSTER ON whole',
];
const CHECK = [...PARTED, `ALTER TABLE job_1 ADD CONSTRAINT own CHECK (st <> 'b' OR id > 0)`];

verifyKept('An index of a partition alone', [
  ['where a type loses a value', SHRUNK, INDEX],
  ['where a type gets one more value', GROWN, INDEX],
]);

verifyKept('A check of a partition alone', [['where a type loses a value', SHRUNK, CHECK]]);
