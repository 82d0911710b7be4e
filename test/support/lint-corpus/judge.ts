import type { Finding } from '../../../src/lint/finding.js';
import type { RuleId } from '../../../src/lint/rule-id.js';
import { ASKED, CATALOG, TRIGGER, type CorpusCase, type Major } from './corpus-case.js';
import type { Observation } from './observe.js';

/** What a rule says that the server does. */
type Claim = 'rewrite' | 'index' | 'scan' | 'lock' | 'loss' | 'write' | 'nothing';

/** By rule; the others are about words, about running code, or about several statements. */
const CLAIMS: Partial<Readonly<Record<RuleId, readonly Claim[]>>> = {
  'add-foreign-key-validated': ['scan'],
  'add-check-validated': ['scan'],
  'validate-in-same-transaction': ['scan'],
  'add-unique-constraint': ['index'],
  'create-index-blocking': ['index'],
  'drop-index-blocking': ['lock'],
  'set-not-null-unproven': ['scan'],
  'add-column-volatile-default': ['rewrite'],
  'change-type-rewrite': ['rewrite'],
  'change-type-rebuild': ['index', 'scan'],
  'rewrite-table': ['rewrite'],
  'reindex-blocking': ['index'],
  'attach-partition-unproven': ['scan', 'index'],
  'drop-column': ['loss'],
  'drop-table': ['loss'],
  'drop-cascade': ['loss', 'lock'],
  'drop-database': ['loss'],
  'truncate-table': ['loss'],
  'truncate-cascade': ['loss'],
  'write-without-where': ['write'],
};

/** Rules about a way down or another dialect, which a statement of the corpus has not, and about style. */
const BESIDES: ReadonlySet<RuleId> = new Set<RuleId>([
  'down-does-not-undo',
  'dialects-differ',
  'unused-exception',
  'integer-key',
  'serial-key',
  'timestamp-without-zone',
  'long-identifier',
]);

/** Those findings that say what the statement does to the database. */
export function judged(findings: readonly Finding[]): readonly Finding[] {
  return findings.filter(({ rule }) => !BESIDES.has(rule));
}

/** What of an observation blocks or loses; empty where the server does nothing that matters. */
export function harmIn(observation: Observation): readonly Claim[] {
  const { rewritten, indexed, scanned, locked, lost, written } = observation;
  const isLocked = (table: string) => locked.some((lock) => lock.startsWith(`${table} `));
  const harms: readonly (readonly [Claim, boolean])[] = [
    ['rewrite', rewritten.length > 0],
    ['index', indexed.length > 0 && locked.length > 0],
    // A scan under a weaker lock lets reads and writes go on, so it harms nobody.
    ['scan', scanned.some(isLocked)],
    ['lock', locked.length > 0],
    ['loss', lost.length > 0],
    ['write', written > 0],
  ];
  return harms.flatMap(([claim, holds]) => (holds ? [claim] : []));
}

/** What is worse includes what is less: a rewrite reads every row, and builds every index again. */
function worst(harms: readonly Claim[]): readonly Claim[] {
  const [work] = (['rewrite', 'index', 'scan'] as const).filter((one) => harms.includes(one));
  const loss = harms.includes('loss') ? (['loss'] as const) : [];
  if (loss.length > 0) return loss;
  return work ? [work] : harms.includes('lock') ? ['lock'] : [];
}

/** Where lint and the server differ, and no reason is given; as sentences. */
export function disagreements(
  one: CorpusCase,
  { observation, findings, major }: Judgement,
): readonly string[] {
  const harms = harmIn(observation);
  const own = judged(findings);
  const claims = own.flatMap(({ rule }) => CLAIMS[rule] ?? ['nothing' as const]);
  const missing = worst(harms).filter((harm) => (harm === 'lock' ? own.length === 0 : !covers(claims, harm)));
  const isExcused = one.less?.on.includes(major) === true;
  const wrong = own.filter(({ rule }) => isWrong(CLAIMS[rule], harms));
  const silence = missing.filter((harm) => !isSilenced(one, harm));
  return [
    ...silence.map((harm) => `lint does not report ${harm}: ${shown(observation)}; it reports ${rules(own)}`),
    ...(isExcused
      ? []
      : wrong.map(({ rule }) => `lint reports ${rule}, and the server does: ${shown(observation)}`)),
    ...(one.silent !== undefined && missing.length === 0 ? ['the reason for silence is not needed'] : []),
    ...(isExcused && wrong.length === 0 ? ['the reason for less is not needed'] : []),
  ];
}

/** Reasons that excuse a lock, and no work or loss. */
const OF_LOCKS: readonly string[] = [CATALOG, TRIGGER, ASKED];

function isSilenced({ silent }: CorpusCase, harm: Claim): boolean {
  return silent !== undefined && (harm === 'lock' || !OF_LOCKS.includes(silent));
}

/** A statement on a server, and what lint says of it. */
export interface Judgement {
  readonly observation: Observation;
  readonly findings: readonly Finding[];
  readonly major: Major;
}

/** A statement that writes every row is reported as such, whether it deletes them or not. */
function covers(claims: readonly Claim[], harm: Claim): boolean {
  return claims.includes(harm) || (harm === 'loss' && claims.includes('write'));
}

/** A rule without a claim speaks of running code, which the server does not show. A rewrite builds and reads everything. */
function isWrong(claims: readonly Claim[] | undefined, harms: readonly Claim[]): boolean {
  if (claims === undefined) return false;
  const isPart = harms.includes('rewrite') && (claims.includes('index') || claims.includes('scan'));
  return !isPart && !claims.some((claim) => harms.includes(claim));
}

function rules(findings: readonly Finding[]): string {
  return findings.map(({ rule }) => rule).join(', ') || 'nothing';
}

/** An observation in one line. */
export function shown({ rewritten, indexed, scanned, locked, lost, written }: Observation): string {
  const parts = [
    ['rewrites', rewritten],
    ['builds', indexed],
    ['reads', scanned],
    ['locks', locked],
    ['loses', lost],
    ['writes', written > 0 ? [`${written} rows`] : []],
  ] as const;
  const words = parts.flatMap(([word, names]) => (names.length > 0 ? [`${word} ${names.join(', ')}`] : []));
  return words.join('; ') || 'nothing';
}
