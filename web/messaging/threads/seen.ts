import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { CommentState } from '../../../contract/messaging/website/shapes.ts';
import { useActions } from '../live/actions.ts';
import { useOwnId } from '../posts/people.ts';
import { useIsVisible } from '../posts/visible.ts';

const lookedAtMilliseconds = 1_000;

type Given = {
  threadId: string;
  comments: readonly CommentState[];
  /** The number up to which it has been read; undefined until that is known. */
  read: number | undefined;
  /** Whether "mark unread" was chosen: from then on nothing is marked automatically. */
  isHeld: boolean;
};

/**
 * Marks a thread read up to the last comment before which every one was seen: an answer at the top
 * of a long thread does not make the rest of it read. Answers the ref of each comment's element.
 */
export function useMarkSeen({ threadId, comments, read, isHeld }: Given) {
  const { markRead } = useActions();
  const own = useOwnId();
  const isVisible = useIsVisible();
  const { seen, watch } = useSeen();
  const reached = useMemo(
    () => (read === undefined ? undefined : reachedFrom(read, comments, seen, own)),
    [read, comments, seen, own],
  );
  const isFirst = useRef(true);
  useEffect(() => {
    if (reached === undefined || !isVisible || isHeld) return;
    // Even if there is nothing to read, it is recorded that the thread was opened.
    if (reached <= (read ?? 0) && !isFirst.current) return;
    const timer = setTimeout(() => {
      isFirst.current = false;
      // If it fails, the next comment that is seen tries again.
      void markRead('thread', threadId, reached).catch(() => undefined);
    }, lookedAtMilliseconds);
    return () => clearTimeout(timer);
  }, [reached, read, isVisible, isHeld, threadId, markRead]);
  return watch;
}

function reachedFrom(
  read: number,
  comments: readonly CommentState[],
  seen: ReadonlySet<number>,
  own: string,
): number {
  let reached = read;
  for (const { number, author_id, deleted_at } of comments) {
    if (number <= reached) continue;
    if (!seen.has(number) && author_id !== own && deleted_at === null) break;
    reached = number;
  }
  return reached;
}

/** Collects the numbers (`data-number`) of elements that came into view. */
function useSeen() {
  const [seen, setSeen] = useState<ReadonlySet<number>>(new Set());
  const observer = useRef<IntersectionObserver>(null);
  const observed = useCallback(() => {
    observer.current ??= new IntersectionObserver((entries) => {
      const numbers = entries
        .filter(({ isIntersecting }) => isIntersecting)
        .map(({ target }) => Number((target as HTMLElement).dataset.number));
      if (numbers.length > 0) setSeen((before) => new Set([...before, ...numbers]));
    });
    return observer.current;
  }, []);
  const watch = useCallback(
    (element: HTMLElement | null) => {
      if (!element) return;
      observed().observe(element);
      return () => observed().unobserve(element);
    },
    [observed],
  );
  return { seen, watch };
}
