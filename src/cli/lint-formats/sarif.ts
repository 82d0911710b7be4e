import type { LintReport } from '../../lint/finding.js';
import { pageOf, RULE_IDS } from '../../lint/rule-id.js';
import type { LocatedFinding, Place } from './located.js';

/** The tool as a log names it. */
interface Tool {
  readonly name: string;
  readonly version: string;
}

/**
 * A log in SARIF 2.1.0, as code scanning and editors read it.
 * https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 */
export function sarifLog(
  findings: readonly LocatedFinding[],
  { notes, unlinted }: Pick<LintReport, 'notes' | 'unlinted'>,
  tool: Tool,
): object {
  const rules = RULE_IDS.map((id) => ({ id, help: { text: `See ${pageOf(id)} in the package.` } }));
  const notifications = [
    ...unlinted.map(({ revision, direction, reason }) =>
      notification('warning', `${revision} (${direction}) is not lintable: ${reason}`),
    ),
    ...notes.map(({ revision, message }) => notification('note', `${revision}: ${message}`)),
  ];
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { ...tool, rules } },
        columnKind: 'utf16CodeUnits',
        invocations: [{ executionSuccessful: true, toolExecutionNotifications: notifications }],
        results: findings.map(resultOf),
      },
    ],
  };
}

function notification(level: 'warning' | 'note', text: string): object {
  return { level, message: { text } };
}

/** The fingerprint stays when lines move, so that a finding is not reported as new. */
function resultOf({ finding, place }: LocatedFinding): object {
  const { rule, revision, dialect, direction, statement, message, replacement } = finding;
  const text = replacement === null ? message : `${message}\nInstead:\n${replacement}`;
  return {
    ruleId: rule,
    ruleIndex: RULE_IDS.indexOf(rule),
    level: 'error',
    message: { text },
    locations: [{ ...physical(place), logicalLocations: [{ name: revision, kind: 'type' }] }],
    partialFingerprints: { 'statement/v1': [revision, dialect, direction, statement, rule].join(':') },
  };
}

function physical(place: Place | null): object {
  if (place === null) return {};
  const uri = place.file.split('/').map(encodeURIComponent).join('/');
  return { physicalLocation: { artifactLocation: { uri }, region: { startLine: place.line } } };
}
