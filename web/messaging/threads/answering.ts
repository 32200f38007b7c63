import { useRouter } from '@tanstack/react-router';
import { useCallback, useEffect, useEffectEvent, useState } from 'react';
import { notify, notifyFailure } from '../../ui/notify.ts';
import { useActions } from '../live/actions.ts';
import type { ComposerHandle } from '../posts/composer.tsx';
import { idOf, type Post, stateOf } from '../posts/post.ts';

/** The comment that is being answered in place; the thread itself is answered at the end. */
export function useAnswering(
  scroller: { current: HTMLElement | null },
  composer: { current: ComposerHandle | null },
) {
  const router = useRouter();
  const [id, setId] = useState<string>();
  const answer = useCallback(
    (post: Post) => {
      if (post.kind === 'comment') setId(idOf(post));
      else composer.current?.focus();
    },
    [composer],
  );
  const leave = useCallback(
    (commentId: string) => {
      setId(undefined);
      scroller.current?.querySelector<HTMLElement>(`[data-post="${commentId}"]`)?.focus();
    },
    [scroller],
  );
  // The field gets the focus.
  const begin = useEffectEvent(() => {
    if (router.state.location.hash === 'reply') composer.current?.focus();
  });
  useEffect(() => begin(), []);
  return { id, answer, leave };
}

/** Marks everything from a comment on as unread; it stays so while it is visible. */
export function useMarkUnread(threadId: string) {
  const actions = useActions();
  const [isHeld, setHeld] = useState(false);
  const markUnread = useCallback(
    (post: Post) => {
      setHeld(true);
      actions
        .markUnread('thread', threadId, stateOf(post).number)
        .then(() => notify('Marked as unread from here.'), notifyFailure);
    },
    [actions, threadId],
  );
  return { isHeld, markUnread };
}
