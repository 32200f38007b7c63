import { Button, Text } from '@mantine/core';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { memo } from 'react';
import type { CommentState } from '../../../contract/messaging/website/shapes.ts';
import { counted } from '../../ui/counted.ts';
import { Composer } from '../posts/composer.tsx';
import { PostFrame } from '../posts/frame.tsx';
import { useNames, usePerson } from '../posts/people.ts';
import { commentPost, type Post } from '../posts/post.ts';
import classes from './threads.module.css';

type CommentItemProps = {
  comment: CommentState;
  /** It is nested deeper than it is shown, so it names whom it answers. */
  isFlat: boolean;
  /** The number of comments below it. */
  answers: number;
  isTarget: boolean;
  isNew: boolean;
  isCollapsed: boolean;
  isAnswering: boolean;
  onReply: ((post: Post) => void) | undefined;
  onMarkUnread: (post: Post) => void;
  onCollapse: (commentId: string) => void;
  onAnswer: (text: string, commentId: string) => void;
  onLeave: (commentId: string) => void;
};

/** A comment, a button that collapses the branch below it, and the field to answer it. */
export const CommentItem = memo(function CommentItem(props: CommentItemProps) {
  const {
    comment,
    isFlat,
    answers,
    isTarget,
    isNew,
    isCollapsed,
    isAnswering,
    onReply,
    onMarkUnread,
  } = props;
  const id = comment.comment_id;
  return (
    <>
      <PostFrame
        post={commentPost(comment)}
        isTarget={isTarget}
        isNew={isNew}
        onReply={onReply}
        onMarkUnread={onMarkUnread}
        above={isFlat && <Answering userId={comment.answers_id} />}
      >
        {answers > 0 && (
          <Branch
            isCollapsed={isCollapsed}
            answers={answers}
            onPress={() => props.onCollapse(id)}
          />
        )}
      </PostFrame>
      {isAnswering && (
        <Answer
          userId={comment.author_id}
          draftKey={`comment ${id}`}
          onSubmit={(text) => props.onAnswer(text, id)}
          onCancel={() => props.onLeave(id)}
        />
      )}
    </>
  );
});

function Answering({ userId }: { userId: string }) {
  const [name] = useNames([userId]);
  return (
    <Text size="xs" c="dimmed" dir="auto" className="truncate">
      answering {name}
    </Text>
  );
}

type BranchProps = { isCollapsed: boolean; answers: number; onPress: () => void };

function Branch({ isCollapsed, answers, onPress }: BranchProps) {
  const Chevron = isCollapsed ? IconChevronRight : IconChevronDown;
  const count = counted(answers, 'answer');
  return (
    <Button
      size="compact-xs"
      variant="subtle"
      color="gray"
      mt={4}
      className={classes.branch}
      leftSection={<Chevron size={14} aria-hidden />}
      aria-expanded={!isCollapsed}
      onClick={onPress}
    >
      {isCollapsed ? `Show ${count}` : count}
    </Button>
  );
}

type AnswerProps = {
  userId: string;
  draftKey: string;
  onSubmit: (text: string) => void;
  onCancel: () => void;
};

function Answer({ userId, draftKey, onSubmit, onCancel }: AnswerProps) {
  const name = usePerson(userId)?.name ?? 'Somebody';
  return (
    <div className={classes.answer}>
      <Composer
        place="thread"
        label={`Answer ${name}`}
        submitLabel="Answer"
        draftKey={draftKey}
        autoFocus
        onSubmit={onSubmit}
        onCancel={onCancel}
      />
    </div>
  );
}
