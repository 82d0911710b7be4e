import { toJsonSchema } from '@valibot/to-json-schema';
import type { GenericSchema } from 'valibot';
import { DOCUMENTS } from '../src/cli/documents/index.js';
import { acceptedSchema } from '../src/drift/accepted/accepted-schema.js';
import { answersSchema } from '../src/generate/confirm/answers-schema.js';
import { snapshotSchema } from '../src/generate/compare/snapshot-schema.js';

/** The files of `schemas/`: JSON Schema, draft 7, which validators exist for in every language. */
export function schemaFiles(): Readonly<Record<string, string>> {
  const files = Object.entries({
    ...DOCUMENTS,
    'accepted-drift': acceptedSchema,
    answers: answersSchema,
    snapshot: snapshotSchema,
  } satisfies Record<string, GenericSchema>);
  return Object.fromEntries(files.map(([name, schema]) => [`${name}.json`, textOf(schema)]));
}

/** The schema of the file itself, before any transformation of its values. */
function textOf(schema: GenericSchema): string {
  return `${JSON.stringify(toJsonSchema(schema, { target: 'draft-07', typeMode: 'input' }), null, 2)}\n`;
}
