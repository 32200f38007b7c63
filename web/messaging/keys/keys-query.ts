import { queryOptions } from '@tanstack/react-query';
import { messaging } from '../api.ts';

export const keysQuery = queryOptions({
  queryKey: ['messaging', 'keys'],
  queryFn: ({ signal }) => messaging.listKeys({}, { signal }),
});
