import { Matches } from 'class-validator';

/** Text of PostgreSQL holds every character but NUL. */
export function IsText(): PropertyDecorator {
  return Matches(/^[^\0]*$/, { message: '$property must not contain NUL' });
}
