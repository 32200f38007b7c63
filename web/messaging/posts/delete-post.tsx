import { useMutation } from '@tanstack/react-query';
import { Question } from '../../ui/question.tsx';
import { useActions } from '../live/actions.ts';
import type { Post } from './post.ts';

const what = { thread: 'thread', comment: 'comment', message: 'message' } as const;

type DeletePostProps = { post: Post; onClose: () => void; onDeleted: () => void };

/** Asks once more, and deletes the post. */
export function DeletePost({ post, onClose, onDeleted }: DeletePostProps) {
  const { remove } = useActions();
  const deleting = useMutation({
    mutationFn: () => remove(post),
    meta: { isQuiet: true },
    onSuccess: () => {
      onClose();
      onDeleted();
    },
  });
  const name = what[post.kind];
  return (
    <Question
      title={`Delete this ${name}?`}
      action="Delete"
      returnFocus={false}
      onYes={() => deleting.mutate()}
      onClose={onClose}
      isPending={deleting.isPending}
      error={deleting.error}
    >
      Its text is gone for everybody; answers to it stay. This cannot be undone.
    </Question>
  );
}
