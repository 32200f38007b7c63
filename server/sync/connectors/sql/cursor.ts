import { invalid } from '../../../runtime/errors.ts';
import type { Cell } from '../../values/types.ts';

/** Where the next page of a query begins. */
export function writeCursor(cells: readonly Cell[]): string {
  return Buffer.from(JSON.stringify(cells)).toString('base64url');
}

/** @throws AppError 400 */
export function readCursor(text: string): Cell[] {
  try {
    const cells: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    const isCell = (cell: unknown) => cell === null || typeof cell === 'string';
    if (Array.isArray(cells) && cells.every(isCell)) return cells;
  } catch {}
  throw invalid('cursor', 'is not one that was given here.');
}
