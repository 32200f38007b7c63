import { AppError } from '../../runtime/errors.ts';

/** A row that a path names. @throws AppError not_found (404) */
export function found<Row>(row: Row | undefined): Row {
  if (row === undefined) throw new AppError('not_found');
  return row;
}
