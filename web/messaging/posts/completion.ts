import type { UserState } from '../../../contract/messaging/website/shapes.ts';
import { mentionBegins } from './typed-mentions.ts';

const shownMax = 8;
const token = new RegExp(
  `${mentionBegins}@([\\p{L}\\p{M}\\p{N}][\\p{L}\\p{M}\\p{N}.'’ -]{0,40})?$`,
  'u',
);

/** The name that is being typed after an `@`, and its position. */
export function mentionAt(
  text: string,
  caret: number,
): { start: number; typed: string } | undefined {
  const line = text.slice(Math.max(0, caret - 50), caret);
  const found = token.exec(line);
  if (!found) return undefined;
  const typed = found[1] ?? '';
  return { start: caret - typed.length - 1, typed };
}

/** Users whose names match: each word that was typed begins a word of the name. The best first. */
export function peopleFor(users: readonly UserState[], typed: string): UserState[] {
  const words = plain(typed).split(/\s+/).filter(Boolean);
  return users
    .filter(({ is_active, name }) => is_active && fits(plain(name), words))
    .map((user) => ({ user, rank: rankOf(user, plain(typed)) }))
    .sort((one, other) => one.rank - other.rank || compare(one.user.name, other.user.name))
    .slice(0, shownMax)
    .map(({ user }) => user);
}

function fits(name: string, words: readonly string[]): boolean {
  const parts = name.split(/[\s.'’-]+/);
  return words.every(
    (word) => name.startsWith(word) || parts.some((part) => part.startsWith(word)),
  );
}

function rankOf({ name, kind }: UserState, typed: string): number {
  return (plain(name).startsWith(typed) ? 0 : 1) + (kind === 'bot' ? 2 : 0);
}

function compare(one: string, other: string): number {
  return one.localeCompare(other);
}

/** So that "Jose" finds José. */
function plain(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLocaleLowerCase().trim();
}
