/** What uses a column of a database, in words: a scratch database and the live one are asked alike. */

import { EQ, JOINED, NE } from '../../../../sql/postgres-operators.js';

/** Its kind in words, its catalog and the name in that. */
const KINDS: readonly (readonly [words: string, catalog: string, alias: string, name: string])[] = [
  ['constraint', 'pg_constraint', 'k', 'k.conname'],
  ['trigger', 'pg_trigger', 't', 't.tgname'],
  ['policy', 'pg_policy', 'p', 'p.polname'],
  ['statistics', 'pg_statistic_ext', 's', 's.stxname'],
  ['publication', 'pg_publication_rel', 'l', 'b.pubname'],
  ['computed column', 'pg_attrdef', 'f', 'g.attname'],
];

const isOf = (catalog: string) => `d.classid ${EQ} 'pg_catalog.${catalog}'::pg_catalog.regclass`;

const joined = (catalog: string, alias: string) =>
  `LEFT JOIN pg_catalog.${catalog} ${alias} ON ${isOf(catalog)} AND ${alias}.oid ${EQ} d.objid`;

/** A view of the schema of the table has no schema in front of its name. */
const VIEW = `CASE WHEN v.relnamespace ${EQ} o.relnamespace THEN v.relname::text ELSE v.relnamespace::pg_catalog.regnamespace::text ${JOINED} '.' ${JOINED} v.relname END`;

/** Whether a sequence gives the column its numbers. */
const NUMBERS = `(d.deptype ${EQ} 'i' OR EXISTS (SELECT FROM pg_catalog.pg_depend u JOIN pg_catalog.pg_attrdef e ON u.classid ${EQ} 'pg_catalog.pg_attrdef'::pg_catalog.regclass AND u.objid ${EQ} e.oid WHERE u.refclassid ${EQ} 'pg_catalog.pg_class'::pg_catalog.regclass AND u.refobjid ${EQ} c.oid AND e.adrelid ${EQ} a.attrelid AND e.adnum ${EQ} a.attnum))`;

/**
 * The query for the column of the row `a` of pg_attribute: `name`, a text for each object. NOT NULL, the default and the
 * sequence that numbers it belong to the column.
 */
export const DEPENDENTS = [
  'SELECT DISTINCT CASE',
  ...KINDS.map(
    ([words, , alias, name]) => ` WHEN ${alias}.oid IS NOT NULL THEN 'the ${words} ' ${JOINED} ${name}`,
  ),
  ` WHEN c.relkind ${EQ} 'S' THEN 'the sequence ' ${JOINED} c.relname`,
  ` WHEN c.relkind ${EQ} ANY ('{i,I}') THEN 'the index ' ${JOINED} c.relname`,
  ` WHEN v.relkind ${EQ} ANY ('{v,m}') AND r.rulename ${EQ} '_RETURN' THEN 'the view ' ${JOINED} ${VIEW}`,
  ` WHEN r.oid IS NOT NULL THEN 'the rule ' ${JOINED} r.rulename`,
  ` ELSE 'the ' ${JOINED} pg_catalog.pg_describe_object(d.classid, d.objid, d.objsubid) END AS name`,
  ` FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_class o ON o.oid ${EQ} d.refobjid`,
  ...KINDS.map(([, catalog, alias]) => ` ${joined(catalog, alias)}`),
  ` LEFT JOIN pg_catalog.pg_publication b ON b.oid ${EQ} l.prpubid`,
  ` LEFT JOIN pg_catalog.pg_attribute g ON g.attrelid ${EQ} f.adrelid AND g.attnum ${EQ} f.adnum`,
  ` ${joined('pg_class', 'c')}`,
  ` ${joined('pg_rewrite', 'r')} LEFT JOIN pg_catalog.pg_class v ON v.oid ${EQ} r.ev_class`,
  ` WHERE d.refclassid ${EQ} 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid ${EQ} a.attrelid AND d.refobjsubid ${EQ} a.attnum`,
  ` AND (k.oid IS NULL OR k.contype ${NE} 'n') AND (f.oid IS NULL OR g.attrelid ${NE} a.attrelid OR g.attnum ${NE} a.attnum)`,
  ` AND (c.oid IS NULL OR c.relkind ${NE} 'S' OR NOT ${NUMBERS})`,
].join('');
