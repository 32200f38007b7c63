import { useQuery } from '@tanstack/react-query';
import { platform } from './api.ts';

/** How people may sign in here, and whether the server sends mail; undefined until it is known. */
export function useSignInOptions() {
  const { data } = useQuery({
    queryKey: ['sign-in-options'],
    queryFn: () => platform.getSignInOptions(),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return data;
}
