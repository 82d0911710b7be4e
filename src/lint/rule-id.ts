/** Ids of all rules, in the order in which they are documented. They never change: exceptions name them. */
export const RULE_IDS = [
  'add-foreign-key-validated',
  'add-check-validated',
  'validate-in-same-transaction',
  'add-unique-constraint',
  'create-index-blocking',
  'drop-index-blocking',
  'reindex-blocking',
  'concurrently-in-transaction',
  'set-not-null-unproven',
  'add-column-volatile-default',
  'add-column-required',
  'rewrite-table',
  'attach-partition-unproven',
  'change-type-rewrite',
  'change-type-rebuild',
  'change-type-without-zone',
  'drop-column',
  'drop-table',
  'drop-database',
  'drop-cascade',
  'drop-not-null',
  'drop-primary-key',
  'rename-column',
  'rename-table',
  'rename-enum-value',
  'enum-value-used-at-once',
  'truncate-table',
  'truncate-cascade',
  'serial-key',
  'integer-key',
  'timestamp-without-zone',
  'long-identifier',
  'write-without-where',
  'set-without-local',
  'down-does-not-undo',
  'dialects-differ',
  'unused-exception',
  'unparsable',
] as const;

/** The id of a rule. */
export type RuleId = (typeof RULE_IDS)[number];

/** Whether there is a rule of that id. */
export function isRuleId(text: string): text is RuleId {
  return (RULE_IDS as readonly string[]).includes(text);
}

/** The documentation page of a rule. */
export function pageOf(rule: RuleId): string {
  return `docs/rules/${rule}.md`;
}
