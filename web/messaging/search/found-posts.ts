import { infiniteQueryOptions, keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { messaging } from '../api.ts';

/** The search, as in the URL. */
export type Asked = {
  q?: string | undefined;
  channel?: string | undefined;
  chat?: string | undefined;
  author?: string | undefined;
};

export const queryLengthMax = 200;
/** No more matches than these can be loaded. */
const skipMax = 1_000;

/** The results of a search, page by page; loaded only if there are words. */
export function useFound(asked: Asked) {
  // While the next search runs, the last results are shown.
  return useInfiniteQuery({ ...searchQuery(asked), placeholderData: keepPreviousData });
}

function searchQuery({ q = '', channel, chat, author }: Asked) {
  const query = {
    q: q.trim(),
    ...(channel === undefined ? {} : { channel_id: channel }),
    ...(chat === undefined ? {} : { chat_id: chat }),
    ...(author === undefined ? {} : { author_id: author }),
  };
  return infiniteQueryOptions({
    queryKey: ['messaging', 'search', query],
    queryFn: ({ pageParam, signal }) =>
      messaging.search({ query: { ...query, skip: pageParam } }, { signal }),
    initialPageParam: 0,
    getNextPageParam: ({ found, has_more }, _pages, skipped) => {
      const next = skipped + found.length;
      return has_more && found.length > 0 && next < skipMax ? next : undefined;
    },
    enabled: query.q !== '',
  });
}
