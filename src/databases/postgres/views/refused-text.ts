import { messageOf } from '../../../errors/base.js';
import { codeOf } from '../../driver-error.js';
import type { RefusedText } from '../../view-facts.js';

/**
 * No such function, operator or type; types that do not fit; an ambiguous name; a column outside of GROUP BY.
 * https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const MEANINGLESS = [
  '42883',
  '42704',
  '42804',
  '42846',
  '42P18',
  '42702',
  '42725',
  '42803',
  '42P20',
  '42701',
];

const KINDS: Readonly<Record<string, RefusedText['kind']>> = {
  '42601': 'syntax',
  '42703': 'column',
  '42P01': 'relation',
  ...Object.fromEntries(MEANINGLESS.map((code) => [code, 'syntax' as const])),
};

/** Why the server refuses the text of a view. */
export function refusalOf(error: unknown): RefusedText {
  const words = messageOf(error);
  const kind = KINDS[codeOf(error)] ?? 'other';
  const [, missing = null] = /^(?:column|relation) "?(.+?)"? does not exist/.exec(words) ?? [];
  return { kind, missing: missing?.replaceAll('"', '') ?? null, words };
}
