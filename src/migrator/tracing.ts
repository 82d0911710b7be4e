/** A database and its statements in telemetry, by OpenTelemetry's conventions for databases. */

import { codeOf } from '../databases/driver-error.js';
import type { Place } from '../databases/session.js';
import type { SqlLanguage } from '../sql/lexer.js';
import { summaryOf, withoutValues } from '../sql/without-values.js';
import { telemetry, type Labels, type SpanStart, type Telemetry } from '../telemetry/telemetry.js';

/** What receives spans, and what it is told of the database. */
export interface Tracing {
  readonly telemetry: Telemetry;
  /** Of the database, on every span and measure. */
  readonly labels: Labels;
  readonly language: SqlLanguage;
}

/** What receives the spans of a run. */
export function tracingOf(database: TracedDatabase, place: Place): Tracing {
  return { telemetry: telemetry(), labels: databaseLabels(database, place), language: database.language };
}

interface TracedDatabase {
  readonly title: string;
  readonly language: SqlLanguage;
}

/** https://opentelemetry.io/docs/specs/semconv/database/ */
export function databaseLabels({ title }: Pick<TracedDatabase, 'title'>, { database, shown }: Place): Labels {
  const url = URL.canParse(shown) ? new URL(shown) : undefined;
  return {
    'db.system.name': title.toLowerCase(),
    'db.namespace': database,
    ...(url?.hostname ? { 'server.address': url.hostname } : {}),
    ...(url?.port ? { 'server.port': Number(url.port) } : {}),
  };
}

/** The code of an error, of this package or of the database; messages contain values. */
export function failureOf(error: unknown): Labels {
  const name = error instanceof Error ? error.name : typeof error;
  return { 'error.type': codeOf(error) || name };
}

/** Sends a statement of a revision. Its span has the text without values. */
export function tracedStatement<T>(
  { telemetry: around, labels, language }: Tracing,
  sql: string,
  send: () => Promise<T>,
): Promise<T> {
  const start = (): SpanStart => {
    const { operation, summary } = summaryOf(sql, language);
    const text = withoutValues(sql, language);
    const common = { ...labels, 'db.operation.name': operation };
    return {
      name: summary || 'statement',
      kind: 'client',
      labels: { ...common, 'db.query.summary': summary, 'db.query.text': text },
      measure: { name: 'db.client.operation.duration', labels: common },
      failure: (error) => ({ ...failureOf(error), ...statusOf(error) }),
    };
  };
  return around.span(start, send);
}

function statusOf(error: unknown): Labels {
  const code = codeOf(error);
  return code === '' ? {} : { 'db.response.status_code': code };
}
