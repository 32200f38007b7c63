import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { messageOf } from '../../ui/states.tsx';
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
    <Modal opened onClose={onClose} title={`Delete this ${name}?`} returnFocus={false}>
      <Stack>
        <Text size="sm">
          Its text is gone for everybody; answers to it stay. This cannot be undone.
        </Text>
        {deleting.error && (
          <Text size="sm" c="var(--mantine-color-error)" role="alert">
            {messageOf(deleting.error)}
          </Text>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} data-autofocus>
            Cancel
          </Button>
          <Button color="red" loading={deleting.isPending} onClick={() => deleting.mutate()}>
            Delete
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
