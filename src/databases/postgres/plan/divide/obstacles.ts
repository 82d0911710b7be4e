/** What a table has that does not go with it when another table takes its name. Names are those of pg_catalog. */

import { quoteLiteral } from '../../../../sql/quote.js';
import { oneOf } from './block.js';

/** Objects that refer to a table by its identity, as a query of words. @param oid of the table, as SQL */
export function referringTo(oid: string): string {
  const ofTable = `d.refclassid = 'pg_class'::regclass AND d.refobjid = ${oid}`;
  const rowTypes = `(SELECT t.oid FROM pg_type t JOIN pg_class c ON c.oid = ${oid} AND c.reltype <> 0 WHERE t.oid = c.reltype OR t.typelem = c.reltype)`;
  return oneOf([
    `SELECT format('the foreign key %I of %s', k.conname, k.conrelid::regclass) FROM pg_constraint k WHERE k.confrelid = ${oid} AND k.contype = 'f' AND k.conparentid = 0`,
    `SELECT DISTINCT format('the %s %s', CASE v.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' ELSE 'rule of' END, v.oid::regclass) FROM pg_depend d JOIN pg_rewrite r ON d.classid = 'pg_rewrite'::regclass AND r.oid = d.objid JOIN pg_class v ON v.oid = r.ev_class AND v.oid <> ${oid} WHERE ${ofTable}`,
    `SELECT format('the rule %I', r.rulename) FROM pg_rewrite r WHERE r.ev_class = ${oid}`,
    `SELECT format('the publication %I', b.pubname) FROM pg_publication_rel l JOIN pg_publication b ON b.oid = l.prpubid WHERE l.prrelid = ${oid}`,
    `SELECT format('the parent %s', h.inhparent::regclass) FROM pg_inherits h WHERE h.inhrelid = ${oid}`,
    `SELECT format('the heir %s', h.inhrelid::regclass) FROM pg_inherits h JOIN pg_class c ON c.oid = h.inhparent AND c.relkind = 'r' WHERE h.inhparent = ${oid}`,
    `SELECT DISTINCT format('the %s', pg_describe_object(d.classid, d.objid, d.objsubid)) FROM pg_depend d WHERE d.deptype = 'n' AND (d.refclassid = 'pg_type'::regclass AND d.refobjid IN ${rowTypes} OR ${ofTable} AND (d.classid = 'pg_proc'::regclass OR d.classid = 'pg_policy'::regclass AND NOT EXISTS (SELECT FROM pg_policy p WHERE p.oid = d.objid AND p.polrelid = ${oid})))`,
  ]);
}

/** What a partitioned table cannot have, or not in the way in which the table has it. @param check is of no account */
export function unpartitionable(oid: string, key: string, check: string): string {
  const isKey = `a.attrelid = ${oid} AND a.attname = ${quoteLiteral(key)}`;
  return oneOf([
    `SELECT CASE WHEN c.relkind <> 'r' THEN 'rows in other tables' ELSE 'UNLOGGED' END FROM pg_class c WHERE c.oid = ${oid} AND (c.relkind <> 'r' OR c.relpersistence <> 'p')`,
    `SELECT format('the exclusion constraint %I', k.conname) FROM pg_constraint k WHERE k.conrelid = ${oid} AND k.contype = 'x'`,
    `SELECT format('the constraint %I, which is not valid', k.conname) FROM pg_constraint k WHERE k.conrelid = ${oid} AND NOT k.convalidated AND k.conname <> ${quoteLiteral(check)}`,
    `SELECT format('the constraint %I, which is NO INHERIT', k.conname) FROM pg_constraint k WHERE k.conrelid = ${oid} AND k.contype = ANY ('{c,n}') AND k.connoinherit`,
    `SELECT format('the index %I, which is not valid', x.relname) FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid WHERE i.indrelid = ${oid} AND NOT i.indisvalid`,
    `SELECT format('the unique index %I without its column %I', x.relname, ${quoteLiteral(key)}) FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid WHERE i.indrelid = ${oid} AND i.indisunique AND NOT EXISTS (SELECT FROM pg_attribute a WHERE ${isKey} AND a.attnum = ANY (i.indkey[0:i.indnkeyatts - 1]))`,
    `SELECT format('the trigger %I with a table of its rows', t.tgname) FROM pg_trigger t WHERE t.tgrelid = ${oid} AND t.tgtype & 1 = 1 AND (t.tgoldtable IS NOT NULL OR t.tgnewtable IS NOT NULL)`,
  ]);
}
