import { metrics } from '@opentelemetry/api';
import { PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { expect } from 'chai';
import { join } from 'node:path';
import { parse } from 'yaml';
import { telemetry } from '../../src/telemetry/telemetry.js';
import { MEASURES, type Measure } from '../../src/telemetry/measures.js';
import { RECIPES, read } from '../support/deploy-recipes.js';
import { eachDatabase } from '../support/databases.js';
import { runProcess, runScript } from '../support/run-script.js';

interface Rule {
  readonly alert: string;
  readonly expr: string;
}

const { groups } = parse(read('prometheus/rules.yml')) as {
  readonly groups: readonly { readonly rules: readonly Rule[] }[];
};
const rules = groups.flatMap((group) => group.rules);

/** Names of metrics of ours in an expression, as patterns: some exporters add the unit to a name. */
const namesIn = (text: string) => text.match(/\borchestrator_db_[\w()?]+/g) ?? [];

/** The samples of every measure as Prometheus reads them. */
async function exported(): Promise<string> {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
  metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }));
  try {
    const labels = { 'db.namespace': 'orders', 'orchestrator_db.revision': 'AddJobs1800000000001' };
    for (const name of Object.keys(MEASURES)) telemetry().record(name as Measure, 1, labels);
    const { resourceMetrics } = await reader.collect();
    return new PrometheusSerializer().serialize(resourceMetrics);
  } finally {
    metrics.disable();
  }
}

async function statusMetrics(url: string): Promise<string> {
  const { stdout } = await runScript('orchestrator-db', ['status', '--json'], { env: { DATABASE_URL: url } });
  const script = join(RECIPES, 'prometheus/status-metrics.mjs');
  const printed = await runProcess(process.execPath, [script], { input: stdout });
  expect(printed.stderr).to.equal('');
  return printed.stdout;
}

eachDatabase('The rules for Prometheus', (database) => {
  it('Every metric and label in the rules exists', async () => {
    await database().connectAtHead();
    const all = `${await exported()}${await statusMetrics(database().url)}`;
    const wanted = rules.flatMap(({ expr }) => namesIn(expr));
    expect(wanted).not.to.deep.equal([]);
    const samples = [...all.matchAll(/^(\w+)\{/gm)].map(([, name]) => name);
    expect(
      wanted.filter((name) => !samples.some((one = '') => new RegExp(`^${name}$`).test(one))),
    ).to.deep.equal([]);
    const lists = rules.flatMap(({ expr }) =>
      [...expr.matchAll(/list=~?"([^"]+)"/g)].flatMap(([, one = '']) => one.split('|')),
    );
    expect(lists.filter((list) => !all.includes(`{list="${list}"}`))).to.deep.equal([]);
    const labels = [...read('prometheus/rules.yml').matchAll(/\$labels\.(\w+)/g)].map(
      ([, label = '']) => label,
    );
    expect(labels.filter((label) => !all.includes(`${label}="`))).to.deep.equal([]);
  });

  it('The metrics of status have the length of each list', async () => {
    await database().connectAtHead();
    const revert = await runScript('orchestrator-db', ['down', '-2'], {
      env: { DATABASE_URL: database().url },
    });
    expect(revert.code, revert.stderr).to.equal(0);
    const lines = (await statusMetrics(database().url)).trim().split('\n');
    expect(lines[1]).to.match(/^orchestrator_db_status\{list="pending"\} 2$/);
    expect(lines.slice(2).map((line) => line.replace(/^.*"(\w+)"\} /, '$1 '))).to.deep.equal([
      ...['awaitingContract 0', 'missing 0', 'outOfOrder 0', 'edited 0', 'failed 0'],
    ]);
  });
});
