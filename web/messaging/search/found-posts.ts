import { infiniteQueryOptions, keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { messaging } from '../api.ts';

/** What is asked for; as it stands in the URL. */
export type Asked = {
  q?: string | undefined;
  channel?: string | undefined;
  chat?: string | undefined;
  author?: string | undefined;
};

export const queryLengthMax = 200;
/** Only so many of the matches can be had. */
const skipMax = 1_000;

/** What a search found, page by page; asked for only where there are words. */
export function useFound(asked: Asked) {
  // While the next is searched for, the last is shown.
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
