'use strict';

const { readdirSync } = require('node:fs');
const { join } = require('node:path');

/** What `npm test` does not run: files of `npm run test:system` and `npm run test:browser`. */
const ELSEWHERE = /^test\/(?:system|browser)\//;

/** The slowest files start first, so that none of them is left at the end with one process busy and the others idle. */
const FIRST = [
  'test/integration/generate/phases/property.test.ts',
  'test/integration/generate/phases/kill.test.ts',
  'test/integration/generate/property.test.ts',
  'test/integration/generate/phases/kill-server.test.ts',
  'test/integration/nest/example.test.ts',
  'test/integration/generate/cases.test.ts',
  'test/integration/generate/accuracy.test.ts',
  'test/integration/migrator-kill.test.ts',
  'test/cli/package.test.ts',
  'test/integration/migrator-processes.test.ts',
  'test/cli/generate-confirmations.test.ts',
  'test/cli/generate-elsewhere.test.ts',
  'test/integration/generate/composite-cases.test.ts',
  'test/integration/nest/example-allocations.test.ts',
];

function testFiles() {
  const paths = readdirSync(join(__dirname, 'test'), { recursive: true }).map((path) =>
    join('test', path).replaceAll('\\', '/'),
  );
  const files = paths.filter((path) => path.endsWith('.test.ts') && !ELSEWHERE.test(path)).sort();
  const first = FIRST.filter((path) => files.includes(path));
  return [...first, ...files.filter((path) => !first.includes(path))];
}

module.exports = {
  'node-option': ['import=tsx'],
  spec: testFiles(),
  require: ['test/support/global-setup.ts'],
  reporter: 'test/support/reporter.ts',
  parallel: true,
  // Each process has a PostgreSQL server of its own. A server that all of them would share takes one process.
  jobs: process.env.TEST_DATABASE_URL ? 1 : 3,
  'forbid-only': true,
  'forbid-pending': true,
  timeout: 60000,
};
