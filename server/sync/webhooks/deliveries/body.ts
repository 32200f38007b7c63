import type { Told } from '../../../../contract/sync/catalogue.ts';

/** The bytes of every attempt of every delivery of an event. */
export function bodyOf(id: string, at: Date, { type, data }: Told): string {
  return JSON.stringify({ id, type, created_at: at.toISOString(), data });
}
