import { type AppError, invalid } from '../../runtime/errors.ts';
import type { Place } from './filter.ts';

/** A 400 that says where in a filter what is wrong. */
export function failure({ member, character }: Place, message: string): AppError {
  const where = character === undefined ? '' : `at character ${character}: `;
  return invalid(member, `${where}${message}`);
}
