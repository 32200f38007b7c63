import type { WriteContext } from '../../../platform/context.ts';
import { Overtaken } from '../../../runtime/database/again.ts';
import type { Status } from '../shape.ts';
import { type Day, lockDays, lockDaysOf } from './store.ts';

const dayMilliseconds = 86_400_000;

/** A stretch of time of one doctor, from its start to before its end. */
export type Claim = { doctor_id: number; starts_at: Date; ends_at: Date };

/**
 * The days of doctors that a transaction has locked, in one statement and in one order. Whoever
 * changes a booking locks its days as it is and, if it will be promised, as it will be; so nobody
 * else can change a booking whose days are locked.
 * Without that, two updates that meet in an exclusion constraint wait for each other: each pair
 * would be a deadlock, noticed after a second (54 claims at once took 18 s, and some failed for
 * good). Locking days is enough, since bookings that overlap share one, and other days need not
 * wait.
 */
export class Claims {
  readonly #days: ReadonlySet<string>;

  constructor(days: readonly Day[]) {
    this.#days = new Set(days.map(nameOf));
  }

  /** @throws Overtaken for a booking that was moved to another day before its days were locked */
  mustCover(claims: readonly Claim[]): void {
    if (!claims.flatMap(daysOf).every((day) => this.#days.has(nameOf(day)))) throw new Overtaken();
  }
}

/** Locks the days of claims that are known beforehand. */
export async function claim(
  { tx }: Pick<WriteContext, 'tx'>,
  claims: readonly Claim[],
): Promise<Claims> {
  const days = claims.flatMap(daysOf);
  if (days.length > 0) await lockDays(tx, days);
  return new Claims(days);
}

/**
 * Locks the days of a booking as it stands; reading it afterwards shows whether they were the right
 * ones.
 */
export async function claimOf(
  { tx, organization }: Pick<WriteContext, 'tx' | 'organization'>,
  bookingId: number,
): Promise<Claims> {
  return new Claims(await lockDaysOf(tx, organization, bookingId));
}

/** The claims of those bookings that are promised; open ones may overlap anything. */
export function promisedOf<T extends { status: Status }>(bookings: readonly T[]): T[] {
  return bookings.filter(({ status }) => status === 'pending' || status === 'booked');
}

function daysOf({ doctor_id: doctor, starts_at, ends_at }: Claim): Day[] {
  const first = Math.floor(starts_at.getTime() / dayMilliseconds);
  const last = Math.ceil(ends_at.getTime() / dayMilliseconds) - 1;
  return Array.from({ length: last - first + 1 }, (_, days) => ({ doctor, day: first + days }));
}

function nameOf({ doctor, day }: Day): string {
  return `${doctor} ${day}`;
}
