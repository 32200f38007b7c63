import type { Told } from '../../../../contract/sync/catalogue.ts';

/** What each attempt of each delivery has, beside what is signed. */
export const fixedHeaders = {
  'user-agent': 'Heddle-Webhooks',
  'content-type': 'application/json',
} as const;

/** The bytes of every attempt of every delivery of an event. */
export function bodyOf(id: string, at: Date, { type, data }: Told): string {
  return JSON.stringify({ id, type, created_at: at.toISOString(), data });
}
