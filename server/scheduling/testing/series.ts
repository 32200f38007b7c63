import { extendEachSeries } from '../jobs.ts';
import { accepted } from './answers.ts';
import { type BookingBody, makeBooking, type Scene } from './scene.ts';

/** A weekly series, open unless told otherwise. */
export async function makeSeries(scene: Scene, start: string, more: Partial<BookingBody> = {}) {
  return makeBooking(scene, start, { recurring: true, ...more });
}

/** What the practice has, of all statuses but closed, by start. */
export async function listAll({ client, practice }: Pick<Scene, 'client' | 'practice'>) {
  const query = { status: ['open' as const, 'pending' as const, 'booked' as const] };
  return accepted(await client.listPracticeBookings({ params: { id: practice.id }, query }));
}

/** The days of what the practice has, as `05-07`. */
export async function listDays(scene: Scene): Promise<string[]> {
  return (await listAll(scene)).map(({ start_datetime }) => start_datetime.slice(5, 10));
}

/** Every occurrence of a series that is not closed, by start. */
export async function listSeries(scene: Scene, id: string) {
  return (await listAll(scene)).filter(({ series_id }) => series_id === id);
}

/** Runs the job that adds occurrences as time passes. */
export async function extendAllSeries({ app }: Pick<Scene, 'app'>): Promise<void> {
  await app.server.jobs.carryOut(extendEachSeries, {});
}
