import { queryOptions } from '@tanstack/react-query';
import { messaging } from '../api.ts';

/** What an id in a URL names, which never changes. */
export function nameQuery(id: string) {
  return queryOptions({
    queryKey: ['messaging', 'name', id],
    queryFn: ({ signal }) => messaging.findName({ params: { id } }, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });
}
