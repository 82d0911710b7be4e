import type { Uncomparable } from '../../../schema/model.js';
import type { SettingsRow } from './rows.js';

/** Settings of the connection by which it enforces no foreign key or no check. */
export function unenforcedBy({ foreignKeys, ignoresChecks }: SettingsRow): readonly Uncomparable[] {
  return [
    ...(foreignKeys === 0 ? [setting('foreign_keys', 'OFF', 'foreign keys')] : []),
    ...(ignoresChecks === 1 ? [setting('ignore_check_constraints', 'ON', 'checks')] : []),
  ];
}

function setting(object: string, live: string, what: string): Uncomparable {
  const reason =
    `it is ${live} on connections of this DataSource, so they enforce no ${what}, and rows may violate them. ` +
    `Remove it from prepareDatabase and from the code that opens the connection, then look for rows that violate them`;
  return { ...{ kind: 'setting', table: '', object, desired: null }, live, reason };
}
