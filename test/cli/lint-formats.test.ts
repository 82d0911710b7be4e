import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { dataSourceFile, runCommand, type Ended } from '../support/processes.js';
import { postgresServer, urlOf } from '../support/servers.js';

function lintNotes(...args: readonly string[]): Promise<Ended> {
  return runCommand({
    script: 'orchestrator-db',
    args: ['lint', ...dataSourceFile('lint-data-source'), ...args],
    env: { SCRATCH_DATABASE_URL: urlOf(postgresServer()) },
  });
}

interface Log {
  readonly runs: readonly {
    readonly results: readonly {
      readonly ruleId: string;
      readonly locations: readonly {
        readonly physicalLocation: {
          readonly artifactLocation: { readonly uri: string };
          readonly region: { readonly startLine: number };
        };
      }[];
    }[];
  }[];
}

describe('The option --format of lint', () => {
  it('lint --format sarif prints one document, and each finding has the file and the line of its statement', async () => {
    const { code, stdout, stderr } = await lintNotes('IndexNotes', '--format', 'sarif');
    expect({ code, stderr }).to.deep.equal({ code: 2, stderr: '' });
    const { runs } = JSON.parse(stdout) as Log;
    const results = runs.flatMap((run) => run.results);
    expect(results.map(({ ruleId }) => ruleId)).to.deep.equal([
      'create-index-blocking',
      'drop-index-blocking',
    ]);
    const lines = results.flatMap(({ locations: [location] }) => {
      const { artifactLocation, region } = location?.physicalLocation ?? {};
      const file = decodeURIComponent(artifactLocation?.uri ?? '');
      return (
        readFileSync(file, 'utf8')
          .split('\n')
          .at((region?.startLine ?? 0) - 1) ?? ''
      );
    });
    expect(lines[0]).to.include('CREATE INDEX "ix_notes_words"');
    expect(lines[1]).to.include('DROP INDEX "ix_notes_words"');
  });

  it('lint --format github prints a command for each finding, and one for what is not lintable', async () => {
    const { code, stdout } = await lintNotes('--format', 'github');
    expect(code).to.equal(2);
    const lines = stdout.trimEnd().split('\n');
    expect(
      lines.map((line) => line.replace(/ file=[^,]*,line=\d+/, ' file,line').slice(0, 45)),
    ).to.deep.equal([
      '::error file,line,title=create-index-blocking',
      '::error file,line,title=drop-index-blocking::',
      '::error file,line,title=unparsable::DropNotes',
      '::warning title=not lintable::Manual180000000',
    ]);
  });

  it('lint --format sarif of revisions without findings is a log without results, and the exit code is 0', async () => {
    const { code, stdout } = await lintNotes('MakeNotes', '--format', 'sarif');
    expect(code).to.equal(0);
    expect((JSON.parse(stdout) as Log).runs.map(({ results }) => results)).to.deep.equal([[]]);
  });

  it('lint --format with --json, or of another name, is refused', async () => {
    const both = await lintNotes('--format', 'github', '--json');
    expect(both.code).to.equal(64);
    expect(both.stderr).to.include('lint: pass only one of --json and --format.');
    const other = await lintNotes('--format', 'xml');
    expect(other.code).to.equal(64);
    expect(other.stderr).to.include("argument 'xml' is invalid. Allowed choices are text, sarif, github.");
  });
});
