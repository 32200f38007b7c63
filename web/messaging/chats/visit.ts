import { useEffect, useEffectEvent, useState } from 'react';
import type { useMessages } from '../live/messages.ts';

export type MessagesWindow = ReturnType<typeof useMessages>;

/**
 * Counts visits to places in a chat: the place where it was opened (`around`, or the end), and each
 * way to the present. 0 until the messages of the first are loaded.
 */
export function useVisit(window: MessagesWindow, around: number | undefined) {
  const [count, setCount] = useState(0);
  const [failure, setFailure] = useState<Error>();
  const arrive = () => setCount((before) => before + 1);
  const open = useEffectEvent(async () => {
    try {
      // What an earlier visit loaded may be elsewhere in the chat.
      await (around === undefined ? window.jumpToEnd() : window.jumpTo(around));
      setFailure(undefined);
      arrive();
    } catch (error) {
      setFailure(error instanceof Error ? error : new Error(String(error)));
    }
  });
  const isLoaded = window.status === 'success';
  useEffect(() => {
    if (isLoaded) void open();
  }, [isLoaded]);
  return {
    count,
    error: failure ?? window.error ?? undefined,
    retry: () => void (isLoaded ? open() : window.refetch()),
    /** @throws ApiError */
    toPresent: async () => {
      await window.jumpToEnd();
      arrive();
    },
  };
}
