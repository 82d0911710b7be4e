import type { GenericSchema, InferOutput } from 'valibot';

/** A type in which readonly does not count, and whether a field is optional does. */
type Plain<T> = T extends readonly (infer Item)[]
  ? readonly Plain<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]-?: Field<T, Key> }
    : T;

type Field<T, Key extends keyof T> =
  Partial<Pick<T, Key>> extends Pick<T, Key>
    ? { readonly optional: Plain<T[Key]> }
    : { readonly required: Plain<T[Key]> };

type Same<A, B> = [A, B] extends [B, A] ? [] : [differs: { readonly schema: A; readonly type: B }];

type Proof<Type> = <Schema extends GenericSchema>(
  schema: Schema,
  ...proof: Same<Plain<InferOutput<Schema>>, Plain<Type>>
) => Schema;

/**
 * Has the compiler prove that a schema describes a type, no field more and none less: `exactly<Status>()(schema)` does
 * not compile otherwise. It gives the schema back.
 */
export function exactly<Type>(): Proof<Type> {
  const unchanged: unknown = (schema: unknown) => schema;
  return unchanged as Proof<Type>;
}
