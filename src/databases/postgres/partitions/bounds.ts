/** Bounds of partitions, as the catalog spells them in a session whose time zone is UTC and whose dates are in ISO form. */

import type { Period } from '../../../schema/periods.js';

const BOUNDS = /^FOR VALUES FROM \((MINVALUE|'[^']*')\) TO \((MAXVALUE|'[^']*')\)$/;
const MOMENT = /^'(\d{4,6})-(\d\d)-(\d\d)(?: (\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?)?(?:\+00)?( BC)?'$/;

/** The moments; no numbers where the bound has several columns, or is none in time. */
export function boundsIn(text: string): Period {
  const [, lower = '', upper = ''] = BOUNDS.exec(text) ?? [];
  return { lower: momentOf(lower), upper: momentOf(upper) };
}

function momentOf(text: string): number {
  if (text === 'MINVALUE' || text === "'-infinity'") return -Infinity;
  if (text === 'MAXVALUE' || text === "'infinity'") return Infinity;
  const [, year, month, day, hours = 0, minutes = 0, seconds = 0, fraction = '', isBefore] =
    MOMENT.exec(text) ?? [];
  if (isBefore !== undefined) return -Infinity;
  const whole = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hours),
    Number(minutes),
    Number(seconds),
  );
  return whole + Number(fraction.padEnd(6, '0')) / 1000;
}
