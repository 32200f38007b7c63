import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { ApiError } from './api.ts';

const retriesMax = 2;

type Hearing = {
  onSignedOut: () => void;
  /** A mutation has failed whose `meta` is not `{ isQuiet: true }`: nothing else reports it. */
  onFailure: (error: Error) => void;
};

/**
 * Caches answers while the page is open. A refusal is final; a request that did not reach the
 * server is tried again.
 */
export function createQueryClient({ onSignedOut, onFailure }: Hearing): QueryClient {
  const hear = (error: Error) => {
    if (error instanceof ApiError && error.status === 401) onSignedOut();
  };
  return new QueryClient({
    queryCache: new QueryCache({ onError: hear }),
    mutationCache: new MutationCache({
      onError: (error, _variables, _result, mutation) => {
        hear(error);
        if (mutation.meta?.isQuiet !== true) onFailure(error);
      },
    }),
    defaultOptions: {
      queries: { staleTime: 30_000, retry: isWorthRetrying, refetchOnWindowFocus: false },
    },
  });
}

function isWorthRetrying(failures: number, error: Error): boolean {
  if (failures >= retriesMax) return false;
  return !(error instanceof ApiError) || error.status === 0 || error.status >= 500;
}
