import * as v from 'valibot';
import { exactly } from '../../exactly.js';
import type { TableSummary } from '../table-summary.js';
import { count, dialect, id, standbys } from './parts.js';

/** Of `init`. */
export const initialised = v.pipe(
  v.object({
    status: v.picklist(['ready', 'drifted']),
    environment: v.picklist(['development', 'production']),
    dialect,
    database: v.pipe(v.string(), v.description('The address, with the password masked.')),
    applied: v.array(v.object({ id, durationMs: count })),
    standbys,
    changes: v.array(v.object({ kind: v.string(), table: v.string(), message: v.string() })),
    accepted: v.array(
      v.object({ kind: v.string(), table: v.string(), message: v.string(), reason: v.string() }),
    ),
    seeded: v.array(v.string()),
    admin: v.nullable(v.object({ username: v.string(), created: v.boolean() })),
    tables: v.array(
      exactly<TableSummary>()(v.object({ name: v.string(), columns: count, indexes: count, rows: count })),
    ),
  }),
  v.description('init: what was applied, inserted and created.'),
);
