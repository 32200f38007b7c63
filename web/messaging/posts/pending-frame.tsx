import { Button, Group, Loader, Text } from '@mantine/core';
import { IconAlertCircle } from '@tabler/icons-react';
import { useMemo } from 'react';
import { Face } from '../../ui/face.tsx';
import type { Pending } from '../live/pending.ts';
import { PostBody } from './body.tsx';
import classes from './frame.module.css';
import { useOwnId, usePerson } from './people.ts';
import { blocksOf, type PostPlace } from './post.ts';

export type PendingFrameProps = {
  pending: Pending;
  place: PostPlace;
  isContinued?: boolean;
  onRetry: (key: string) => void;
  /** Removes it, and puts its text into the composer. */
  onEdit: (key: string) => void;
  onDiscard: (key: string) => void;
};

/** A post that is being sent, and what to do if it failed. */
export function PendingFrame(props: PendingFrameProps) {
  const { pending, place, isContinued = false } = props;
  const own = useOwnId();
  const person = usePerson(own);
  const blocks = useMemo(() => blocksOf(place, pending.text), [place, pending.text]);
  const hasFailed = pending.status === 'failed';
  return (
    <article
      className={`${classes.frame} ${isContinued ? classes.continued : ''}`}
      aria-label={hasFailed ? 'Not sent' : 'Being sent'}
      data-pending={pending.status}
    >
      <div className={classes.side}>
        {!isContinued && <Face name={person?.name ?? '?'} size={36} />}
      </div>
      <div className={classes.content}>
        {!isContinued && (
          <header className={classes.head}>
            <h2 className={classes.name} dir="auto">
              {person?.name ?? 'You'}
            </h2>
          </header>
        )}
        <div className={hasFailed ? undefined : classes.sending}>
          <PostBody blocks={blocks} place={place} />
        </div>
        {hasFailed ? <Failed {...props} /> : <Sending />}
      </div>
    </article>
  );
}

function Sending() {
  return (
    <Group gap={6} mt={4}>
      <Loader size={12} aria-hidden />
      <Text size="xs" c="dimmed">
        Sending…
      </Text>
    </Group>
  );
}

function Failed({ pending, onRetry, onEdit, onDiscard }: PendingFrameProps) {
  return (
    <div role="alert" className={classes.failed}>
      <Group gap={6} wrap="nowrap">
        <IconAlertCircle size={16} aria-hidden />
        <Text size="sm">Not sent. {pending.error}</Text>
      </Group>
      <Group gap="xs">
        <Button size="compact-sm" onClick={() => onRetry(pending.key)}>
          Try again
        </Button>
        <Button size="compact-sm" variant="default" onClick={() => onEdit(pending.key)}>
          Edit
        </Button>
        <Button size="compact-sm" variant="default" onClick={() => onDiscard(pending.key)}>
          Discard
        </Button>
      </Group>
    </div>
  );
}
