import { useQuery } from '@tanstack/react-query';
import type { Change } from '../../../contract/messaging/website/feed.ts';
import { messaging } from '../api.ts';
import { type Hearing, update } from './hearing.ts';
import { heardQuery, loadWindow, useExtension } from './window-query.ts';
import { addMoreComments, type CommentWindow, putComment } from './windows.ts';

const commentsPerPage = 100;

const commentsKey = (threadId: string) => ['messaging', 'comments', threadId] as const;

/** Applies a change to the comments that are loaded. */
export const hearComments: Hearing = (client, change) => {
  if (change.kind !== 'comment') return;
  const key = commentsKey(change.comment.thread_id);
  update<CommentWindow>(client, key, (window) => changeComments(window, change));
};

/** The comments of a thread by number, from the first on. */
export function useComments(threadId: string) {
  const params = { thread_id: threadId };
  const query = useQuery({
    ...heardQuery,
    queryKey: commentsKey(threadId),
    queryFn: loadWindow(
      () => messaging.listComments({ params, query: { limit: commentsPerPage } }),
      ofThread(threadId),
    ),
  });
  const more = useExtension({
    key: commentsKey(threadId),
    load: ({ comments }) => {
      const after = comments.at(-1)?.number ?? 0;
      return messaging.listComments({ params, query: { limit: commentsPerPage, after } });
    },
    merge: addMoreComments,
    apply: ofThread(threadId),
  });
  const { data, status, error, refetch } = query;
  return {
    comments: data?.comments ?? [],
    hasMore: data?.has_more ?? false,
    loadMore: more.extend,
    isLoadingMore: more.isExtending,
    moreError: more.error,
    status,
    error,
    refetch,
  };
}

function ofThread(threadId: string): typeof changeComments {
  return (window, change) =>
    change.kind === 'comment' && change.comment.thread_id === threadId
      ? changeComments(window, change)
      : window;
}

function changeComments(window: CommentWindow, change: Change): CommentWindow {
  return change.kind === 'comment' ? putComment(window, change.comment) : window;
}
