import { type QueryClient, queryOptions, useSuspenseQuery } from '@tanstack/react-query';
import type { Session } from '../../contract/platform/session.ts';
import { ApiError } from '../api.ts';
import { platform } from './api.ts';

export type { Session };

/** Who is signed in, and for which organization they work. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: () => platform.getSession(),
  staleTime: 5 * 60_000,
});

/** Only inside the shell, where there always is a session. */
export function useSession(): Session {
  return useSuspenseQuery(sessionQuery).data;
}

/** Whether the member may change the organization and who is in it. */
export function administers({ member }: Session): boolean {
  return member.role !== 'member';
}

/** The session if there is one. @throws ApiError when the server is not reached */
export async function findSession(client: QueryClient): Promise<Session | undefined> {
  try {
    return await client.ensureQueryData(sessionQuery);
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) return undefined;
    throw error;
  }
}

/** Checks whether the session is still valid; if not, the page leads to the sign-in page. */
export async function checkSession(client: QueryClient): Promise<void> {
  const asking = client.fetchQuery({ ...sessionQuery, staleTime: 0, retry: false });
  await asking.catch(() => undefined);
}
