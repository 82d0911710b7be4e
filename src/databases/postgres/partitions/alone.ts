import { EQ } from '../../../sql/postgres-operators.js';
import { postgresLiteral, quoteIdentifier } from '../../../sql/quote.js';
import type { LiveTable, NamedPath } from '../../partitioning.js';
import type { Session } from '../../session.js';
import { readRows } from '../read-rows.js';
import { moveNames } from './names.js';

/** See `Partitioning.aloneIn`. The triggers of an interrupted move are not the user's. */
export async function aloneIn(
  session: Session,
  table: LiveTable,
  { path }: NamedPath,
): Promise<readonly string[]> {
  const { trigger, all } = moveNames(table);
  const ours = table.isMoving ? [trigger, all].map((name) => `trigger ${name}`) : [];
  const oid = `${postgresLiteral(path)}::pg_catalog.regclass`;
  const rows = await readRows(session, partsOf(oid).join(' UNION ALL '));
  const alone = rows.filter(
    ({ kind, name }) => !ours.includes(`${String(kind)} ${quoteIdentifier(String(name))}`),
  );
  return alone.map(({ kind, name }) => `${String(kind)} ${String(name)}`.trim()).toSorted();
}

/** The index of a constraint is reported with that. @param oid of the partition, as SQL */
function partsOf(oid: string): readonly string[] {
  return [
    `SELECT 'index' AS kind, x.relname::pg_catalog.text AS name FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class x ON x.oid ${EQ} i.indexrelid
      WHERE i.indrelid ${EQ} ${oid} AND NOT x.relispartition AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint k WHERE k.conindid ${EQ} x.oid AND k.conrelid ${EQ} ${oid})`,
    `SELECT 'constraint', k.conname::pg_catalog.text FROM pg_catalog.pg_constraint k
      WHERE k.conrelid ${EQ} ${oid} AND k.contype ${EQ} ANY ('{c,f,x,u,p}') AND k.coninhcount ${EQ} 0 AND k.conparentid ${EQ} 0`,
    `SELECT 'trigger', t.tgname::pg_catalog.text FROM pg_catalog.pg_trigger t WHERE t.tgrelid ${EQ} ${oid} AND NOT t.tgisinternal AND t.tgparentid ${EQ} 0`,
    `SELECT 'rule', r.rulename::pg_catalog.text FROM pg_catalog.pg_rewrite r WHERE r.ev_class ${EQ} ${oid}`,
    `SELECT 'row security', '' FROM pg_catalog.pg_class c WHERE c.oid ${EQ} ${oid} AND c.relrowsecurity`,
  ];
}
