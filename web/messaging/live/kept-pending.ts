import type { Pending, PendingPlace } from './pending-post.ts';

type Kept = { place: PendingPlace; pending: Pending[] };

const keyOf = (user: string) => `heddle-pending ${user}`;

/**
 * Posts that a user was sending from this tab when its page went away. They stay with the tab, so
 * that no other one sends them too.
 */
export function readKept(user: string): Kept[] {
  try {
    return JSON.parse(sessionStorage.getItem(keyOf(user)) ?? '[]') as Kept[];
  } catch {
    return [];
  }
}

/** Stores the posts that are being sent to a place, replacing those before. */
export function keep(user: string, place: PendingPlace, pending: Pending[]): void {
  const others = readKept(user).filter((one) => idOf(one.place) !== idOf(place));
  const all = pending.length > 0 ? [...others, { place, pending }] : others;
  try {
    if (all.length === 0) sessionStorage.removeItem(keyOf(user));
    else sessionStorage.setItem(keyOf(user), JSON.stringify(all));
  } catch {
    // Without space or permission they are lost with the page.
  }
}

function idOf(place: PendingPlace): string {
  return Object.values(place)[0] ?? '';
}
