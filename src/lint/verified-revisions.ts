import type { RuleId } from './rule-id.js';

/** Rules about what a group comes to. The generator has verified that, so a proof answers them. */
export const RESULT_RULES: ReadonlySet<RuleId> = new Set<RuleId>(['down-does-not-undo', 'dialects-differ']);

/** Rules about what the entities declare. The generator has warned of it, and the revision cannot say anything else. */
export const ENTITY_RULES: ReadonlySet<RuleId> = new Set<RuleId>([
  'integer-key',
  'serial-key',
  'timestamp-without-zone',
]);

/** Rules about settings of the session. A generated revision is executed with its own values of them. */
export const SESSION_RULES: ReadonlySet<RuleId> = new Set<RuleId>(['change-type-without-zone']);

/** Whether a proof answers what a rule asks. */
export function isAnswered(rule: RuleId): boolean {
  return [RESULT_RULES, ENTITY_RULES, SESSION_RULES].some((rules) => rules.has(rule));
}
