import type { Generated } from '../../../../src/generate/propose.js';
import type { StatementGroup } from '../../../../src/databases/planning.js';

/** Materialized views that `up` fills while it has a table locked, and about which nobody is asked. */
export function filledUnasked({
  revisions,
  asked,
}: Pick<Generated, 'revisions' | 'asked'>): readonly string[] {
  const filled = revisions
    .filter(({ part }) => part.transaction)
    .flatMap(({ part }) => filledUnderLock(part.groups.postgres));
  return filled.filter((view) => !asked.some(({ problem }) => problem.includes(view)));
}

function filledUnderLock({ up, down }: Record<'up' | 'down', readonly StatementGroup[]>): readonly string[] {
  const created = statementsOf([...up, ...down]).flatMap(({ creates }) => creates);
  const locks = statementsOf(up).flatMap((statement) => statement.locks);
  if (!locks.some(({ table, mode }) => mode === 'ACCESS EXCLUSIVE' && !created.includes(table))) return [];
  return statementsOf(up).flatMap(({ sql }) => {
    const [, path] = /^CREATE MATERIALIZED VIEW (.+?) AS /.exec(sql) ?? [];
    return path === undefined ? [] : [path.replaceAll('"', '')];
  });
}

function statementsOf(groups: readonly StatementGroup[]): StatementGroup['statements'] {
  return groups.flatMap(({ statements }) => statements);
}
