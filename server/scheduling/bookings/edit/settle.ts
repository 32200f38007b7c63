import type { WriteContext } from '../../../platform/context.ts';
import { Overtaken } from '../../../runtime/database/again.ts';
import { AppError } from '../../../runtime/errors.ts';
import { lookupId } from '../../../runtime/ids.ts';
import { owns } from '../../owners.ts';
import { reachOf } from '../../reach.ts';
import { type Claim, claim } from '../promise/claims.ts';
import { lockSeriesOf } from '../promise/store.ts';
import { type EditedRow, lockEdited, type Reading, selectEdited } from './store.ts';

export type Edited = {
  /** The booking that is named. */
  row: EditedRow;
  /** Whether its series is meant as well, from this occurrence on. */
  leads: boolean;
  /** The later occurrences of its series that are not over, in order. */
  later: EditedRow[];
};

/**
 * Decides what becomes of a booking, and perhaps of the later occurrences, so that it holds until
 * the transaction ends. The bookings are read and the change is planned; their days, as they are
 * and as they will be, are locked in one statement; then all is read and planned again, since
 * somebody may have booked or cancelled meanwhile.
 * @throws AppError 404, 410, 403 for another consumer's, or what `plan` throws
 */
export async function settle<Plan extends { claims: readonly Claim[] }>(
  ctx: WriteContext,
  given: string,
  later: Reading,
  plan: (edited: Edited) => Plan | Promise<Plan>,
): Promise<Plan> {
  const { tx, organization, caller, now } = ctx;
  const id = lookupId('booking', given);
  const asked = { id, later, reach: reachOf(caller), now };
  const [[locked], seen] = await Promise.all([
    lockSeriesOf(tx, organization, [id]),
    selectEdited(tx, organization, asked),
  ]);
  const before = requireOwn(ctx, asked, seen);
  if (locked !== (before.row.series_id ?? id)) throw new Overtaken();
  const planned = await plan(before);

  const [claims, settled] = await Promise.all([
    claim(ctx, [...claimsOf(before), ...planned.claims]),
    lockEdited(tx, organization, asked),
  ]);
  const edited = requireOwn(ctx, asked, settled);
  const decided = await plan(edited);
  claims.mustCover([...claimsOf(edited), ...decided.claims]);
  return decided;
}

function claimsOf({ row, later }: Edited): Claim[] {
  return [row, ...later];
}

function requireOwn(
  { caller }: WriteContext,
  { id, later: asked }: { id: number; later: Reading },
  rows: readonly EditedRow[],
): Edited {
  const row = rows.find((one) => one.id === id);
  if (!row) throw new AppError('not_found');
  if (row.status === 'closed') throw new AppError('gone');
  if (!owns(caller, row)) throw new AppError('forbidden');
  const later = rows
    .filter((one) => one.id !== id)
    .toSorted((one, other) => indexOf(one) - indexOf(other));
  const leads = asked === 'of any' || (asked === 'of the first' && isFirst(row));
  return { row, leads, later };
}

/** The id of the booking that began a series stands for the series, as long as it is one. */
function isFirst(row: EditedRow): boolean {
  return row.recurring && row.series_id === row.id;
}

/** Weeks after the beginning of its series. */
export function indexOf({ series_index }: EditedRow): number {
  return series_index ?? 0;
}
