import { CONSTANTS, MEANING } from './settings.js';
import { postgresLiteral } from '../../sql/quote.js';
import type { BackfillPace, Limits } from '../executor.js';
import type { Setting } from './tcp-settings.js';

/** How a generated backfill is paced. Names that the server does not know are not among all settings, so they are reset one by one. */
export function paceSettings({ maxLagMs, pauseMs }: BackfillPace = {}): readonly Setting[] {
  return [
    ...(maxLagMs === undefined ? [] : [['orchestrator_db.max_lag', `${maxLagMs}ms`] as const]),
    ...(pauseMs === undefined ? [] : [['orchestrator_db.backfill_pause', `${pauseMs}ms`] as const]),
  ];
}

/** Sets it for the transaction. */
export function setLocal([name, value]: Setting): string {
  return `SET LOCAL ${name} = ${postgresLiteral(value)}`;
}

/** Sets it for the session. */
export function setForSession([name, value]: Setting): string {
  return `SET SESSION ${name} = ${postgresLiteral(value)}`;
}

/** What a revision is executed under. @param deadClient with which the server finds out that this client is gone */
export function settingsFor(
  { lockTimeoutMs, statementTimeoutMs, generated }: Limits,
  deadClient: readonly Setting[],
): readonly Setting[] {
  return [
    ['lock_timeout', String(lockTimeoutMs)],
    ['statement_timeout', String(statementTimeoutMs)],
    ...deadClient,
    ...MEANING,
    ...(generated ? CONSTANTS : []),
  ];
}
