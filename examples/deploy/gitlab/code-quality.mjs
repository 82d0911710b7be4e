// Reads a SARIF document of lint, and prints GitLab's report of code quality.
// https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
import { readFileSync } from 'node:fs';

const { runs } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const findings = runs.flatMap(({ results }) =>
  results.map(({ ruleId, message, locations: [location], partialFingerprints }) => {
    const { artifactLocation, region } = location.physicalLocation ?? {};
    const path = artifactLocation
      ? decodeURIComponent(artifactLocation.uri)
      : location.logicalLocations[0].name;
    return {
      description: message.text,
      check_name: ruleId,
      severity: 'major',
      fingerprint: partialFingerprints['statement/v1'],
      location: { path, lines: { begin: region?.startLine ?? 1 } },
    };
  }),
);
process.stdout.write(`${JSON.stringify(findings, undefined, 2)}\n`);
