import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import { root } from './root.js';

/** The folder of the recipes. */
export const RECIPES = join(root, 'examples/deploy');

/** Files of Kubernetes objects. */
export const MANIFESTS = [
  'kubernetes/migrate.yaml',
  'kubernetes/init-container.yaml',
  'helm/templates/migrate.yaml',
  'argo-cd/migrate.yaml',
  'argo-cd/application.yaml',
] as const;

/** A container of a manifest. */
export interface Container {
  readonly name: string;
  readonly command: readonly string[];
  readonly env: readonly { readonly name: string; readonly value?: string }[];
}

interface PodSpec {
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[];
}

/** An object of Kubernetes, as far as tests read it. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly spec: { readonly template?: { readonly spec: PodSpec } };
}

/** The objects of a file; a template of Helm as Helm renders it with the values of the chart. */
export function manifestsIn(file: string): readonly Manifest[] {
  return parseAllDocuments(rendered(read(file))).map((document) => {
    const [error] = document.errors;
    if (error) throw new Error(error.message);
    return document.toJS() as Manifest;
  });
}

/** The containers of a file, those that start first first. */
export function containersIn(file: string): readonly Container[] {
  return manifestsIn(file).flatMap(({ spec: { template } }) =>
    template ? [...(template.spec.initContainers ?? []), ...template.spec.containers] : [],
  );
}

/** The text of a recipe. */
export function read(file: string): string {
  return readFileSync(join(RECIPES, file), 'utf8');
}

function rendered(text: string): string {
  const values = parse(read('helm/values.yaml')) as Readonly<Record<string, string | number>>;
  return text.replaceAll(/\{\{ ([.\w]+) \}\}/g, (whole, path: string) => {
    const value = path === '.Release.Name' ? 'orders' : values[path.replace('.Values.', '')];
    if (value === undefined) throw new Error(`no value for ${whole}`);
    return String(value);
  });
}
