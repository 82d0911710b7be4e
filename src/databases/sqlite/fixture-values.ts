import {
  counted,
  decimals,
  listed,
  moments,
  texts,
  uuidOf,
  wholeNumbers,
  type ValueDomain,
  type UnwrittenDomain,
} from '../value-domain.js';
import { quoteLiteral } from '../../sql/quote.js';

const NUMBER = /^-?\d+(\.\d+)?$/;

/** Numbers have no quotes, else a column without an affinity of its own would store a text. */
const written = (text: string) => (NUMBER.test(text) ? text : quoteLiteral(text));

const asText = (values: UnwrittenDomain): ValueDomain => ({ ...values, write: quoteLiteral });
const asNumber = (values: UnwrittenDomain): ValueDomain => ({ ...values, write: written });

const blobs: ValueDomain = {
  ...counted((n) => n.toString(16).padStart(2, '0').toUpperCase(), ''),
  accepts: () => false,
  write: (text) => `x'${text}'`,
};

/**
 * By declared type. The usual meaning of a name (a date, a uuid) is first, then SQLite's own rules, in their order:
 * https://www.sqlite.org/datatype3.html#determination_of_column_affinity
 */
const RULES: readonly (readonly [RegExp, (parameters: readonly number[]) => ValueDomain])[] = [
  [/^(datetime|timestamp)/, () => asText(moments('DAY 01:02:03.004', '1970-01-01', '2100-01-01'))],
  [/^date/, () => asText(moments('DAY', '1970-01-01', '2100-01-01'))],
  [/^time/, () => asText(moments('HH:MM:00'))],
  [/bool/, () => asNumber(listed('1', '0'))],
  [/json/, () => asText(counted((n) => `{"n":${n}}`, '{}', '[]', '1', '"a"'))],
  [/uuid/, () => asText(counted(uuidOf))],
  [/int/, () => asNumber(wholeNumbers)],
  [/char|clob|text/, ([length]) => asText(texts(length))],
  [/blob|^$/, () => blobs],
  [/real|floa|doub/, () => asNumber(decimals())],
  [/(?:)/, ([precision, scale]) => asNumber(decimals(precision, precision === undefined ? 1 : (scale ?? 0)))],
];

/** The values of a column with that declared type. */
export function sqliteFamily(type: string): ValueDomain {
  const parameters = (/\(([\d, ]+)\)/.exec(type)?.[1] ?? '')
    .split(',')
    .flatMap((one) => (one.trim() === '' ? [] : Number(one)));
  const [, domain] = RULES.find(([pattern]) => pattern.test(type.toLowerCase())) ?? [];
  return domain ? domain(parameters) : blobs;
}
