import { type QueryClient, queryOptions } from '@tanstack/react-query';
import { messaging } from './api.ts';
import { homeQuery } from './home.ts';

/** What an id in a URL names; that never changes. */
export function nameQuery(id: string) {
  return queryOptions({
    queryKey: ['messaging', 'name', id],
    queryFn: ({ signal }) => messaging.findName({ params: { id } }, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** Also loads the home, which has the names of channels; and what was refused before. */
export async function prefetchName(client: QueryClient, id: string): Promise<void> {
  const query = nameQuery(id);
  const isRefused = client.getQueryState(query.queryKey)?.status === 'error';
  if (isRefused || !client.getQueryData(homeQuery.queryKey)) await client.prefetchQuery(query);
}
