/** Runs the rules over statements and groups, and takes out what an exception allows. */

import type { Direction } from '../databases/direction.js';
import { DATABASES } from '../databases/registry.js';
import { contextsOf } from './context.js';
import type { Finding } from './finding.js';
import {
  BOTH,
  inTraffic,
  type GroupContext,
  type LocatedReport,
  type Report,
  type Rule,
  type StatementContext,
} from './rule.js';
import { isThere } from './replay/apply.js';
import { isAnswered } from './verified-revisions.js';
import { isRuleId, pageOf, type RuleId } from './rule-id.js';
import { RULES } from './rules/index.js';
import { isVerified, statementsIn, type LintRevision, type LintStatement } from './read-revisions.js';
import type { LintException } from '../migrator/lint-exception.js';

/** What a rule has found, before exceptions are looked at. */
interface Judged extends LocatedReport {
  readonly rule: RuleId;
}

/** All reports of rules about a group, in the order of its statements, without those that exceptions allow. */
export function judgeGroup(context: GroupContext): readonly Finding[] {
  const isVerifiedGroup = isVerified(context.group);
  const rules = RULES.filter(({ id }) => !isVerifiedGroup || !isAnswered(id));
  const contexts = contextsIn(context);
  const judged = rules.flatMap((rule) => judgedBy(rule, context, contexts));
  return context.group.flatMap((revision) => {
    const all = judged.filter(({ statement }) => statement.revision === revision.id);
    const found = statementsOf(revision).flatMap((statement) => {
      const own = all.filter((report) => report.statement === statement);
      return [
        ...own.filter(
          ({ rule }) => !isAllowed([...statement.exceptions, ...revision.exceptions.rules], rule),
        ),
        ...exceptionReports(statement, own),
      ];
    });
    return [...classReports(revision, all, isJudged(context, revision)), ...found.map(findingOf)];
  });
}

function judgedBy(rule: Rule, context: GroupContext, contexts: ContextsIn): readonly Judged[] {
  const located = (statement: LintStatement, report: Report | null): readonly Judged[] =>
    report ? [{ ...report, statement, rule: rule.id }] : [];
  switch (rule.scope) {
    case 'action':
      return rule.directions
        .flatMap(contexts)
        .flatMap(({ statement, steps }) =>
          steps.flatMap((step) =>
            isThere(step.before, step.action) ? [] : located(statement, rule.check(step)),
          ),
        );
    case 'statement':
      return rule.directions.flatMap(contexts).flatMap((one) => located(one.statement, rule.check(one)));
    case 'group':
      return rule.check(context).map((report) => ({ ...report, rule: rule.id }));
    case 'exceptions':
      return [];
  }
}

type ContextsIn = (direction: Direction) => readonly StatementContext[];

/**
 * The statements of a group with what is around them, made once for all rules. Only for databases with traffic to block;
 * a rule reports other databases with the group.
 */
function contextsIn(context: GroupContext): ContextsIn {
  const made = new Map<Direction, readonly StatementContext[]>();
  const contexts = (direction: Direction) =>
    inTraffic(context).flatMap(({ database, traces }) =>
      contextsOf(statementsIn(context.group, database.name, direction), traces[direction]),
    );
  return (direction) => {
    const known = made.get(direction) ?? contexts(direction);
    made.set(direction, known);
    return known;
  };
}

function statementsOf({ statements }: LintRevision): readonly LintStatement[] {
  return BOTH.flatMap((direction) => DATABASES.flatMap(({ name }) => statements[name][direction]));
}

/** An exception without a reason allows nothing. */
function isAllowed(exceptions: readonly LintException[], id: RuleId): boolean {
  return exceptions.some(({ rule, reason }) => rule === id && reason !== '');
}

function exceptionReports(statement: LintStatement, judged: readonly Judged[]): readonly Judged[] {
  return statement.exceptions.flatMap(({ rule, reason }, index) => {
    const isRepeated = statement.exceptions.findIndex((other) => other.rule === rule) < index;
    const problem = problemOf({ rule, reason }, isRepeated || !judged.some((report) => report.rule === rule));
    return problem === null ? [] : [{ statement, ...unused(problem) }];
  });
}

/** About exceptions of the class, which apply to all of its statements. */
function classReports(
  { id, exceptions }: LintRevision,
  judged: readonly Judged[],
  isComplete: boolean,
): readonly Finding[] {
  return exceptions.rules.flatMap((exception) => {
    const isUseless = isComplete && !judged.some(({ rule }) => rule === exception.rule);
    const problem = classProblem(exception, isUseless);
    if (problem === null) return [];
    return DATABASES.slice(0, 1).map(({ name: dialect }) =>
      findingOf({
        statement: { revision: id, dialect, direction: 'up', number: 0, of: 0 },
        ...unused(problem),
      }),
    );
  });
}

/** Whether rules have seen all statements of a revision. */
function isJudged(context: GroupContext, { gaps }: LintRevision): boolean {
  return inTraffic(context).length > 0 && gaps.every(({ kind }) => kind !== 'unknown');
}

function unused(message: string): Omit<Judged, 'statement'> {
  return { rule: 'unused-exception', message, replacement: null };
}

function classProblem({ rule, reason }: LintException, isUseless: boolean): string | null {
  if (!isRuleId(rule)) return `There is no rule "${rule}", so lintAllow has no effect for it.`;
  if (reason === '') return `lintAllow gives no reason for ${rule}, so it allows nothing.`;
  return isUseless ? `${rule} reports nothing for this class. Remove it from lintAllow.` : null;
}

function problemOf(
  { rule, reason }: { readonly rule: string; readonly reason: string },
  isUseless: boolean,
): string | null {
  if (rule === '') return 'This exception names no rule: -- lint-allow <rule>: <reason>.';
  if (!isRuleId(rule)) return `There is no rule "${rule}", so this exception has no effect.`;
  if (reason === '')
    return `The exception from ${rule} gives no reason, so it allows nothing: -- lint-allow ${rule}: <reason>.`;
  return isUseless ? uselessWords(rule) : null;
}

/** What lint says of an exception from a rule that reports nothing there. */
export function uselessWords(rule: string): string {
  return `${rule} reports nothing for this statement. Remove the exception.`;
}

/** A statement as a finding names it. */
type Place = Pick<LintStatement, 'revision' | 'dialect' | 'direction' | 'number' | 'of'>;

function findingOf({
  statement,
  rule,
  message,
  replacement,
}: Omit<Judged, 'statement'> & { readonly statement: Place }): Finding {
  const { revision, dialect, direction, number, of } = statement;
  return {
    rule,
    revision,
    dialect,
    direction,
    statement: number,
    of,
    message,
    replacement,
    page: pageOf(rule),
  };
}
