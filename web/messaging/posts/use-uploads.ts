import { type QueryClient, skipToken, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useEffectEvent } from 'react';
import type { FileState } from '../../../contract/messaging/website/files.ts';
import { holdPage } from '../../ui/outdated.ts';
import { messageOf } from '../../ui/states.tsx';
import { noteFile } from './file-embed.tsx';
import { uploadFile } from './upload.ts';

export type Upload = {
  key: number;
  file: File;
  /** Progress, between 0 and 1. */
  share: number;
  /** Why it failed, as a sentence. */
  error?: string;
  /** Set until it is inserted into the text. */
  arrived?: FileState;
  cancel: () => void;
  /** Allows the page to be left again. */
  release: () => void;
};

const none: readonly Upload[] = [];
let lastKey = 0;

/**
 * The uploads of a place; each file is passed on when it has arrived, or when the member comes back
 * to the place.
 */
export function useUploads(place: string, onArrived: (file: FileState) => void) {
  const client = useQueryClient();
  const { data: uploads = none } = useQuery<readonly Upload[]>({
    queryKey: keyOf(place),
    queryFn: skipToken,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: Number.POSITIVE_INFINITY,
  });
  const take = useEffectEvent(() => {
    for (const file of takeArrived(client, place)) onArrived(file);
  });
  const hasArrived = uploads.some(({ arrived }) => arrived !== undefined);
  useEffect(() => {
    if (hasArrived) take();
  }, [hasArrived]);
  return {
    uploads,
    isUploading: uploads.some(({ error }) => error === undefined),
    add: (files: Iterable<File>) => {
      for (const file of files) void start(client, place, file);
    },
    retry: ({ key, file }: Upload) => {
      drop(client, place, key);
      void start(client, place, file);
    },
  };
}

export function cancelUploads(client: QueryClient, place: string): void {
  for (const { cancel } of client.getQueryData<readonly Upload[]>(keyOf(place)) ?? none) cancel();
}

async function start(client: QueryClient, place: string, file: File): Promise<void> {
  lastKey += 1;
  const key = lastKey;
  const ended = new AbortController();
  const release = holdPage();
  const cancel = () => {
    ended.abort();
    drop(client, place, key);
  };
  client.setQueryData<readonly Upload[]>(keyOf(place), (all = none) => [
    ...all,
    { key, file, share: 0, cancel, release },
  ]);
  const change = (state: Partial<Upload>) =>
    changeAll(client, place, (all) =>
      all.map((one) => (one.key === key ? { ...one, ...state } : one)),
    );
  try {
    const arrived = await uploadFile(file, (share) => change({ share }), ended.signal);
    noteFile(client, arrived);
    change({ arrived });
  } catch (error) {
    release();
    if (!ended.signal.aborted) change({ error: messageOf(error) });
  }
}

function takeArrived(client: QueryClient, place: string): FileState[] {
  const all = client.getQueryData<readonly Upload[]>(keyOf(place)) ?? none;
  changeAll(client, place, (uploads) => uploads.filter(({ arrived }) => arrived === undefined));
  return all.flatMap(({ arrived, release }) => {
    if (arrived) release();
    return arrived ?? [];
  });
}

function drop(client: QueryClient, place: string, key: number): void {
  const dropped = client
    .getQueryData<readonly Upload[]>(keyOf(place))
    ?.find((one) => one.key === key);
  dropped?.release();
  changeAll(client, place, (all) => all.filter((one) => one !== dropped));
}

function changeAll(
  client: QueryClient,
  place: string,
  change: (all: readonly Upload[]) => readonly Upload[],
): void {
  client.setQueryData<readonly Upload[]>(keyOf(place), (all) => all && change(all));
}

function keyOf(place: string) {
  return ['messaging-uploads', place] as const;
}
