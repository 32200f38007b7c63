import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { reach } from '../../api.ts';

const againMilliseconds = 1_000;
const againMillisecondsMax = 15_000;

/**
 * The URL of the small picture of a file: its thumbnail once that is drawn; the picture itself if
 * it has none.
 */
export function useThumbnail(fileId: string) {
  const address = `/files/${fileId}/thumbnail`;
  const [failures, setFailures] = useState(0);
  const { data: state = 'drawn later' } = useQuery({
    queryKey: ['messaging-thumbnail', fileId, failures],
    queryFn: ({ signal }) => stateOf(address, signal),
    enabled: failures > 0,
    staleTime: Number.POSITIVE_INFINITY,
    refetchInterval: ({ state: { data, dataUpdateCount } }) =>
      data === 'drawn later' &&
      Math.min(againMilliseconds * 2 ** dataUpdateCount, againMillisecondsMax),
  });
  const onError = () => setFailures((count) => count + 1);
  return { source: sourceOf(fileId, failures, state), onError };
}

type State = 'drawn' | 'drawn later' | 'never drawn';

async function stateOf(address: string, signal: AbortSignal): Promise<State> {
  const { ok, status, headers } = await reach(address, { method: 'HEAD', signal });
  if (status === 202 || headers.has('retry-after')) return 'drawn later';
  return ok ? 'drawn' : 'never drawn';
}

/** After the first failure the server is asked; the second one is final. */
function sourceOf(fileId: string, failures: number, state: State): string {
  if (failures === 0) return `/files/${fileId}/thumbnail`;
  if (failures > 1) return 'none';
  if (state === 'drawn later') return state;
  return state === 'drawn' ? `/files/${fileId}/thumbnail` : `/files/${fileId}`;
}
