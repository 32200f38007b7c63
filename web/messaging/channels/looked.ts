import { useEffect, useState } from 'react';
import type { ChannelState, ThreadState } from '../../../contract/messaging/website/shapes.ts';
import { notify, notifyFailure } from '../../ui/notify.ts';
import { useActions } from '../live/actions.ts';
import { useIsJoined } from '../live/home.ts';
import { type Post, stateOf } from '../posts/post.ts';
import { useStable } from '../posts/stable.ts';
import { useIsVisible } from '../posts/visible.ts';

const lookedAtMilliseconds = 1_000;

type Given = {
  channel: ChannelState;
  threads: readonly ThreadState[];
  /** Whether the latest thread is visible. */
  isAtTop: boolean;
};

/**
 * Marks a channel read once its latest thread has been looked at. Answers a function that marks it
 * unread from a thread on; after that nothing is marked automatically.
 */
export function useMarkLooked({ channel, threads, isAtTop }: Given): (post: Post) => void {
  const { channel_id, last_number } = channel;
  const actions = useActions();
  const isVisible = useIsVisible();
  const isJoined = useIsJoined(channel_id);
  const [isHeld, setHeld] = useState(false);
  const number = Math.max(last_number, threads[0]?.number ?? 0);
  useEffect(() => {
    if (!isAtTop || !isVisible || !isJoined || isHeld) return;
    const timer = setTimeout(() => {
      // If it fails, the next thread tries again.
      void actions.markRead('channel', channel_id, number).catch(() => undefined);
    }, lookedAtMilliseconds);
    return () => clearTimeout(timer);
  }, [isAtTop, isVisible, isJoined, isHeld, channel_id, number, actions]);
  return useStable((post: Post) => {
    setHeld(true);
    actions
      .markUnread('channel', channel_id, stateOf(post).number)
      .then(() => notify('Marked as unread from here.'), notifyFailure);
  });
}
