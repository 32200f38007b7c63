import { AppError } from '../../runtime/errors.ts';

/** What uses something that is to go. */
export type User = { readonly id: string; readonly name: string };

const shownMax = 5;
/** How many have to be known to say who they are, and whether there are more. */
export const usersMax = shownMax + 1;

/** in_use (409): who stands in the way, and what to do about it. */
export function inUse(users: readonly User[], advice: string): AppError {
  // Nobody, when the last of them has left meanwhile.
  if (users.length === 0) return new AppError('in_use');
  const shown = users.slice(0, shownMax).map(({ id, name }) => `${name} (${id})`);
  const more = users.length > shownMax ? ' and others' : '';
  return new AppError('in_use', { message: `In use by ${shown.join(', ')}${more}: ${advice}` });
}
