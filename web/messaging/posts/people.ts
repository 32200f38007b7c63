import { useQuery } from '@tanstack/react-query';
import { useCallback } from 'react';
import type { UserState } from '../../../contract/messaging/website/shapes.ts';
import { type Home, homeQuery } from '../home.ts';

const indexes = new WeakMap<readonly UserState[], ReadonlyMap<string, UserState>>();
const noUsers: readonly UserState[] = [];

/** A user; a component that shows one is rendered again only when that user changes. */
export function usePerson(id: string): UserState | undefined {
  const select = useCallback((home: Home) => indexOf(home.users).get(id), [id]);
  return useQuery({ ...homeQuery, select }).data;
}

/** The names of some users, in the same order; the member is "you". */
export function useNames(ids: readonly string[]): string[] {
  const { data: own } = useQuery({ ...homeQuery, select: ownIdOf });
  const users = usePeople();
  return ids.map((id) => (id === own ? 'you' : (indexOf(users).get(id)?.name ?? 'somebody')));
}

/** All users of the organization, including those who left. */
export function usePeople(): readonly UserState[] {
  return useQuery({ ...homeQuery, select: usersOf }).data ?? noUsers;
}

/** The member's own user id; empty until it is known. */
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
