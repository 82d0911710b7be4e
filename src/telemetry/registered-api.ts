import { createRequire } from 'node:module';
import type * as api from '@opentelemetry/api';

/** The API of OpenTelemetry. */
export type TelemetryApi = typeof api;

/**
 * Where version 1 of the API keeps the providers that an application registers: all copies of the API in a process share
 * it. https://github.com/open-telemetry/opentelemetry-js/blob/main/api/src/internal/global-utils.ts
 */
const REGISTERED = Symbol.for('opentelemetry.js.api.1');

interface Registered {
  readonly trace?: unknown;
  readonly metrics?: unknown;
}

/**
 * The API, where the application has registered a provider of spans or of metrics. Otherwise undefined, and the package
 * is not loaded: a command without telemetry pays for one look at a symbol.
 */
export function registeredApi(): TelemetryApi | undefined {
  const registered = (globalThis as { readonly [REGISTERED]?: Registered })[REGISTERED];
  if (registered?.trace === undefined && registered?.metrics === undefined) return undefined;
  try {
    return createRequire(import.meta.url)('@opentelemetry/api') as TelemetryApi;
  } catch {
    // The application has a copy that this package cannot find: it runs without telemetry, as without a provider.
    return undefined;
  }
}
