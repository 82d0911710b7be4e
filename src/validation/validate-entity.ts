import type { ValidationError } from 'class-validator';
import type { EntityMetadata } from 'typeorm';
import { EntityValidationError, type PropertyProblem } from '../errors/base.js';
import { classValidator } from './class-validator.js';

const Validator = classValidator('Validator', 'validation/Validator');

/** The row to write: an entity, or the plain object of `save({..})`, `insert` and `update`. */
export type Written = Readonly<Record<string, unknown>>;

/**
 * Validates all properties of a row to insert.
 *
 * @throws EntityValidationError
 */
export function validateInsert(metadata: EntityMetadata, values: Written): void {
  throwProblems(metadata, problemsOf(metadata, values));
}

/**
 * Validates the properties that an update sets; the others keep their values.
 *
 * @throws EntityValidationError
 */
export function validateUpdate(metadata: EntityMetadata, values: Written): void {
  const isSet = (problem: PropertyProblem) => values[problem.property] !== undefined;
  throwProblems(metadata, problemsOf(metadata, values).filter(isSet));
}

function problemsOf(metadata: EntityMetadata, values: Written): readonly PropertyProblem[] {
  if (typeof metadata.target !== 'function') return [];
  return new Validator()
    .validateSync(asInstance(metadata.target, values), { forbidUnknownValues: false })
    .filter((error) => !isExpression(values[error.property]))
    .map(problemOf);
}

/** A copy with the prototype of the entity, because class-validator finds rules by class. */
function asInstance(target: Function, values: Written): object {
  return Object.assign(Object.create(target.prototype as object) as object, values);
}

/** Whether it is a function: TypeORM uses it as an SQL expression, whose value only the database knows. */
function isExpression(value: unknown): boolean {
  return typeof value === 'function';
}

function problemOf(error: ValidationError): PropertyProblem {
  return { property: error.property, rules: error.constraints ?? { nested: 'contains an invalid value' } };
}

function throwProblems(metadata: EntityMetadata, problems: readonly PropertyProblem[]): void {
  if (problems.length > 0) throw new EntityValidationError(metadata.name, problems);
}
