/** Spans and measures for the telemetry of an application, through the API of OpenTelemetry. */

import type { Context, Span } from '@opentelemetry/api';
import { systemClock } from '../clock.js';
import { toolVersion } from '../package-version.js';
import { MEASURES, SECONDS, type Measure } from './measures.js';
import { registeredApi, type TelemetryApi } from './registered-api.js';

/** Attributes of a span or a measure. */
export type Labels = Readonly<Record<string, string | number | boolean>>;

/** What a span is called, and what is known when it begins. */
export interface SpanStart {
  readonly name: string;
  /** `client` for what is sent to a database; default `internal`. */
  readonly kind?: 'client';
  readonly labels: Labels;
  /** Measures how long the span takes, with these labels. */
  readonly measure?: { readonly name: Measure; readonly labels: Labels };
  /** What an error adds to the labels of both. Messages of errors contain values, so they are left out. */
  readonly failure: (error: unknown) => Labels;
}

/** Receives spans and measures. Without a registered provider it does nothing. Its failures never reach a run. */
export interface Telemetry {
  /**
   * Runs a body in a span, which is also the active one meanwhile.
   *
   * @param start asked only if there is a provider
   * @param body receives the telemetry for what belongs into the span
   */
  span<T>(start: () => SpanStart, body: (inside: Telemetry) => Promise<T>): Promise<T>;
  /** Adds labels to the span around. */
  set(labels: Labels): void;
  /** Adds an event to the span around. */
  event(name: string, labels: Labels): void;
  record(name: Measure, value: number, labels?: Labels): void;
}

const SILENT: Telemetry = {
  span: (_start, body) => body(SILENT),
  set: () => undefined,
  event: () => undefined,
  record: () => undefined,
};

/** The telemetry of the application, as far as it has registered some. */
export function telemetry(): Telemetry {
  const api = registeredApi();
  return api === undefined ? SILENT : new RegisteredTelemetry({ api, record: recorderOf(api) });
}

const NAME = 'orchestrator-db';

type Recorder = (name: Measure, value: number, labels: Labels) => void;

/** Creates the instruments that are used. */
function recorderOf({ metrics }: TelemetryApi): Recorder {
  return (name, value, labels) => {
    const meter = metrics.getMeter(NAME, toolVersion());
    const { kind, unit, description } = MEASURES[name];
    const options = { unit, description };
    if (kind === 'counter') meter.createCounter(name, options).add(value, labels);
    else if (kind === 'gauge') meter.createGauge(name, options).record(value, labels);
    else
      meter
        .createHistogram(name, { ...options, advice: { explicitBucketBoundaries: [...SECONDS] } })
        .record(value, labels);
  };
}

interface Registered {
  readonly api: TelemetryApi;
  readonly record: Recorder;
}

class RegisteredTelemetry implements Telemetry {
  readonly #registered: Registered;
  readonly #span: Span | undefined;
  readonly #context: Context | undefined;

  constructor(registered: Registered, span?: Span, context?: Context) {
    this.#registered = registered;
    this.#span = span;
    this.#context = context;
  }

  async span<T>(start: () => SpanStart, body: (inside: Telemetry) => Promise<T>): Promise<T> {
    const { api } = this.#registered;
    const begun = quietly(() => this.#begin(start()));
    if (begun === undefined) return body(this);
    const { given, span, context } = begun;
    const since = systemClock.now();
    const end = (failure: Labels, isFailed: boolean) =>
      quietly(() => {
        this.#measure(given, (systemClock.now() - since) / 1000, failure);
        if (isFailed) span.setAttributes(failure).setStatus({ code: api.SpanStatusCode.ERROR });
        span.end();
      });
    try {
      const inside = new RegisteredTelemetry(this.#registered, span, context);
      const result = await api.context.with(context, () => body(inside));
      end({}, false);
      return result;
    } catch (error) {
      end(quietly(() => given.failure(error)) ?? {}, true);
      throw error;
    }
  }

  set(labels: Labels): void {
    quietly(() => this.#span?.setAttributes(labels));
  }

  event(name: string, labels: Labels): void {
    quietly(() => this.#span?.addEvent(name, labels));
  }

  record(name: Measure, value: number, labels: Labels = {}): void {
    quietly(() => {
      this.#registered.record(name, value, labels);
    });
  }

  /** The parent is given and not only active: an application without a context manager has spans within spans too. */
  #begin(given: SpanStart) {
    const { trace, context, SpanKind } = this.#registered.api;
    const parent = this.#context ?? context.active();
    const kind = given.kind === 'client' ? SpanKind.CLIENT : SpanKind.INTERNAL;
    const tracer = trace.getTracer(NAME, toolVersion());
    const span = tracer.startSpan(given.name, { kind, attributes: given.labels }, parent);
    return { given, span, context: trace.setSpan(parent, span) };
  }

  #measure({ measure }: SpanStart, seconds: number, failure: Labels): void {
    if (measure) this.#registered.record(measure.name, seconds, { ...measure.labels, ...failure });
  }
}

/** What a provider throws has no effect on a migration. */
function quietly<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
