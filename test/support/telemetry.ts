import { context, metrics, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
  type DataPoint,
  type Histogram,
} from '@opentelemetry/sdk-metrics';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
  type ReadableSpan,
} from '@opentelemetry/sdk-trace-base';

/** A measure of the application, summed or newest, by its labels. */
export interface Measured {
  readonly labels: Readonly<Record<string, unknown>>;
  readonly value: number | Histogram;
}

/** The telemetry of an application, in memory. */
export interface KeptTelemetry {
  /** The spans that have ended, in that order. */
  readonly spans: () => readonly ReadableSpan[];
  /** Of a name. */
  readonly span: (name: string) => ReadableSpan;
  readonly measured: (name: string) => Promise<readonly Measured[]>;
}

/** Registers providers of OpenTelemetry's SDK around each test, as an application does. */
export function keepTelemetry(): () => KeptTelemetry {
  let kept: KeptTelemetry;
  beforeEach(() => (kept = registered()));
  afterEach(() => {
    for (const api of [trace, metrics, context]) api.disable();
  });
  return () => kept;
}

function registered(): KeptTelemetry {
  const exporter = new InMemorySpanExporter();
  trace.setGlobalTracerProvider(
    new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }),
  );
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  const measures = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter: measures, exportIntervalMillis: 3_600_000 });
  metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }));
  const spans = () => exporter.getFinishedSpans();
  return {
    spans,
    span: (wanted) => {
      const found = spans().find(({ name }) => name === wanted);
      if (!found)
        throw new Error(
          `No span ${wanted}: ${spans()
            .map(({ name }) => name)
            .join(', ')}`,
        );
      return found;
    },
    measured: async (name) => {
      await reader.forceFlush();
      const all =
        measures
          .getMetrics()
          .at(-1)
          ?.scopeMetrics.flatMap(({ metrics: found }) => found) ?? [];
      const points = all.find(({ descriptor }) => descriptor.name === name)?.dataPoints ?? [];
      return (points as readonly DataPoint<number | Histogram>[]).map(({ attributes, value }) => ({
        labels: attributes,
        value,
      }));
    },
  };
}
