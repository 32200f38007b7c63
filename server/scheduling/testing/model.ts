import type { Status } from '../bookings/shape.ts';

export type ModelBooking = {
  id: string;
  doctor: number;
  startsAt: number;
  minutes: number;
  status: Status;
  heldUntil: number | undefined;
  appointment: string | undefined;
};

type Times = Pick<ModelBooking, 'doctor' | 'startsAt' | 'minutes'>;

/** What bookings of one practice do, told as simply as it can be: the server has to agree. */
export class Model {
  readonly bookings: ModelBooking[] = [];
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  statusOf({ status, heldUntil }: ModelBooking): Status {
    const hasEnded = heldUntil !== undefined && heldUntil <= this.#now();
    return status === 'pending' && hasEnded ? 'open' : status;
  }

  /** Whether another booking promises the doctor at that time. */
  isBlocked(times: Times, self?: ModelBooking): boolean {
    return this.bookings.some(
      (other) =>
        other !== self &&
        other.doctor === times.doctor &&
        other.startsAt < times.startsAt + times.minutes * 60_000 &&
        times.startsAt < other.startsAt + other.minutes * 60_000 &&
        ['pending', 'booked'].includes(this.statusOf(other)),
    );
  }

  open(): string[] {
    return this.bookings
      .filter((one) => this.statusOf(one) === 'open' && one.startsAt > this.#now())
      .filter((one) => !this.isBlocked(one, one))
      .toSorted((a, b) => a.startsAt - b.startsAt)
      .map(({ id }) => id);
  }

  create(status: Status, times: Times): string {
    return status !== 'open' && this.isBlocked(times) ? 'doctor_unavailable' : 'created';
  }

  change(one: ModelBooking, change: { status?: Status; startsAt?: number }): string {
    if (one.status === 'closed') return 'gone';
    const { status = this.statusOf(one), startsAt = one.startsAt } = change;
    const changes = status !== this.statusOf(one) || startsAt !== one.startsAt;
    if (one.appointment && changes) return 'booking_has_appointment';
    const blocked = status !== 'open' && this.isBlocked({ ...one, startsAt }, one);
    return blocked ? 'doctor_unavailable' : 'changed';
  }

  delete(one: ModelBooking): string {
    if (one.status === 'closed') return 'gone';
    return one.appointment ? 'booking_has_appointment' : 'deleted';
  }

  book(one: ModelBooking, isCreator: boolean): string {
    const status = this.statusOf(one);
    if (status === 'pending' && isCreator) return 'booked';
    return this.open().includes(one.id) ? 'booked' : 'booking_not_available';
  }
}
