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
import { isAnswered } from './verified-revisions.js';
import { isRuleId, pageOf, type RuleId } from './rule-id.js';
import { RULES } from './rules/index.js';
import { isVerified, statementsIn, type LintGroup, type LintStatement } from './revisions.js';

/** What a rule has found, before exceptions are looked at. */
interface Judged extends LocatedReport {
  readonly rule: RuleId;
}

/** All reports of rules about a group, in the order of its statements, without those that exceptions allow. */
export function judgeGroup(context: GroupContext): readonly Finding[] {
  const isVerifiedGroup = isVerified(context.group);
  const rules = RULES.filter(({ id }) => !isVerifiedGroup || !isAnswered(id));
  const judged = rules.flatMap((rule) => judgedBy(rule, context));
  const statements = allStatements(context.group);
  return statements.flatMap((statement) => {
    const own = judged.filter((report) => report.statement === statement);
    return [
      ...own.filter(({ rule }) => !isAllowed(statement, rule)),
      ...exceptionReports(statement, own),
    ].map(findingOf);
  });
}

function judgedBy(rule: Rule, context: GroupContext): readonly Judged[] {
  const located = (statement: LintStatement, report: Report | null): readonly Judged[] =>
    report ? [{ ...report, statement, rule: rule.id }] : [];
  switch (rule.scope) {
    case 'action':
      return contexts(rule, context).flatMap(({ statement, steps }) =>
        steps.flatMap((step) => located(statement, rule.check(step))),
      );
    case 'statement':
      return contexts(rule, context).flatMap((one) => located(one.statement, rule.check(one)));
    case 'group':
      return rule.check(context).map((report) => ({ ...report, rule: rule.id }));
    case 'exceptions':
      return [];
  }
}

/** Only for databases with traffic to block; a rule reports other databases with the group. */
function contexts({ directions }: Rule, context: GroupContext): readonly StatementContext[] {
  return inTraffic(context).flatMap(({ database, traces }) =>
    directions.flatMap((direction) =>
      contextsOf(statementsIn(context.group, database.name, direction), traces[direction]),
    ),
  );
}

function allStatements(group: LintGroup): readonly LintStatement[] {
  return group.flatMap(({ statements }) =>
    BOTH.flatMap((direction) => DATABASES.flatMap(({ name }) => statements?.[name][direction] ?? [])),
  );
}

/** An exception without a reason allows nothing. */
function isAllowed({ exceptions }: LintStatement, id: RuleId): boolean {
  return exceptions.some(({ rule, reason }) => rule === id && reason !== '');
}

function exceptionReports(statement: LintStatement, judged: readonly Judged[]): readonly Judged[] {
  return statement.exceptions.flatMap(({ rule, reason }, index) => {
    const isRepeated = statement.exceptions.findIndex((other) => other.rule === rule) < index;
    const problem = problemOf({ rule, reason }, isRepeated || !judged.some((report) => report.rule === rule));
    return problem === null
      ? []
      : [{ statement, rule: 'unused-exception' as const, message: problem, replacement: null }];
  });
}

function problemOf(
  { rule, reason }: { readonly rule: string; readonly reason: string },
  isUseless: boolean,
): string | null {
  if (rule === '') return 'This exception names no rule: -- lint-allow <rule>: <reason>.';
  if (!isRuleId(rule)) return `There is no rule "${rule}", so this exception has no effect.`;
  if (reason === '')
    return `The exception from ${rule} gives no reason, so it allows nothing: -- lint-allow ${rule}: <reason>.`;
  return isUseless ? `${rule} reports nothing for this statement. Remove the exception.` : null;
}

function findingOf({ statement, rule, message, replacement }: Judged): Finding {
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
