import { useQuery } from '@tanstack/react-query';
import { useCallback } from 'react';
import type { UserState } from '../../../contract/messaging/website/shapes.ts';
import { type Home, homeQuery } from '../home.ts';

const indexes = new WeakMap<readonly UserState[], ReadonlyMap<string, UserState>>();
const noUsers: readonly UserState[] = [];

/** Who a user is; what shows it is drawn again only when that changes, however much else does. */
export function usePerson(id: string): UserState | undefined {
  const select = useCallback((home: Home) => indexOf(home.users).get(id), [id]);
  return useQuery({ ...homeQuery, select }).data;
}

/** The names of some users, in the same order, one's own as "you". */
export function useNames(ids: readonly string[]): string[] {
  const { data: own } = useQuery({ ...homeQuery, select: ownIdOf });
  const users = usePeople();
  return ids.map((id) => (id === own ? 'you' : (indexOf(users).get(id)?.name ?? 'somebody')));
}

/** Everybody of the organization, who left too. */
export function usePeople(): readonly UserState[] {
  return useQuery({ ...homeQuery, select: usersOf }).data ?? noUsers;
}

/** One's own id; empty until it is known. */
export function useOwnId(): string {
  return useQuery({ ...homeQuery, select: ownIdOf }).data ?? '';
}

function usersOf({ users }: Home): readonly UserState[] {
  return users;
}

function ownIdOf({ user_id }: Home): string {
  return user_id;
}

function indexOf(users: readonly UserState[]): ReadonlyMap<string, UserState> {
  const known = indexes.get(users);
  if (known) return known;
  const index = new Map(users.map((user) => [user.user_id, user]));
  indexes.set(users, index);
  return index;
}
