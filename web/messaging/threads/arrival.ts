import { useEffect, useEffectEvent, useState } from 'react';
import type { useComments } from '../live/comments.ts';
import { ancestorsOf } from './comment-tree.ts';

/**
 * Loads comments until the one that a link points to is there, and opens the branches above it; or
 * until all are there, after something was posted at the end.
 */
export function useArrival(
  loaded: ReturnType<typeof useComments>,
  targetId: string | undefined,
  openBranches: (ids: readonly string[]) => void,
  scroller: { current: HTMLElement | null },
) {
  const { comments, hasMore, loadMore, isLoadingMore, moreError } = loaded;
  const [wantsEnd, setWantsEnd] = useState(false);
  const isThere = targetId === undefined || comments.some((one) => one.comment_id === targetId);
  const isMissing = hasMore && (wantsEnd || !isThere);
  const load = useEffectEvent(() => loadMore());
  useEffect(() => {
    if (isMissing && !isLoadingMore && !moreError) load();
  }, [isMissing, isLoadingMore, moreError]);

  const open = useEffectEvent(() => {
    if (targetId !== undefined) openBranches(ancestorsOf(comments, targetId));
  });
  useEffect(() => {
    if (isThere) open();
  }, [isThere]);

  useEffect(() => {
    if (!wantsEnd || hasMore) return;
    setWantsEnd(false);
    const element = scroller.current;
    // After the new comment has been rendered.
    requestAnimationFrame(() => element?.scrollTo({ top: element.scrollHeight }));
  }, [wantsEnd, hasMore, scroller]);
  return { toEnd: () => setWantsEnd(true) };
}
