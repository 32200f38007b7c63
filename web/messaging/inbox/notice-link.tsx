import { Text, VisuallyHidden } from '@mantine/core';
import type { Notice, UserState } from '../../../contract/messaging/website/shapes.ts';
import { Face } from '../../ui/face.tsx';
import { Time } from '../../ui/time.tsx';
import { userName, useUser, useUsers } from '../live/home.ts';
import { excerptOf } from './excerpt.ts';
import classes from './inbox.module.css';
import { PlaceName } from './place-name.tsx';
import { PostLink, type PostPlace } from './post-link.tsx';

type Props = { notice: Notice; isNew: boolean };

/** One mention or reply: who, where, how it begins, and the way to it. */
export function NoticeLink({ notice, isNew }: Props) {
  const post = notice.thread ?? notice.comment ?? notice.message;
  const users = useUsers();
  const author = useUser(post?.author_id ?? '');
  if (!post) return null;
  const place = placeOf(notice);
  return (
    <PostLink post={place} className={`${classes.notice} ${isNew ? classes.new : ''}`}>
      <Face name={userName(users, post.author_id)} isBot={author?.kind === 'bot'} size={36} />
      <span className={classes.about}>
        <span className={classes.line}>
          <span className={classes.what}>
            {isNew && <VisuallyHidden>New: </VisuallyHidden>}
            <bdi className={classes.name}>{userName(users, post.author_id)}</bdi>
            {notice.reason === 'mention' ? ' mentioned you in ' : ' answered you in '}
            <PlaceName {...place} />
          </span>
          <Text component="span" size="xs" c="dimmed" className={classes.when ?? ''}>
            <Time at={notice.created_at} />
          </Text>
        </span>
        <Excerpt notice={notice} users={users} />
      </span>
      {isNew && <span className={classes.dot} aria-hidden />}
    </PostLink>
  );
}

function Excerpt({ notice, users }: { notice: Notice; users: readonly UserState[] }) {
  const post = notice.thread ?? notice.comment ?? notice.message;
  const names = (id: string) => users.find((user) => user.user_id === id)?.name;
  const isDeleted = !post || post.deleted_at !== null;
  const text = isDeleted ? '' : excerptOf(post.blocks, notice.message ? 'chat' : 'thread', names);
  return (
    <span className={`${classes.excerpt} ${isDeleted ? classes.gone : ''}`} dir="auto">
      {isDeleted ? 'This was deleted.' : text}
    </span>
  );
}

function placeOf({ thread, comment, message }: Notice): PostPlace {
  return {
    thread_id: thread?.thread_id ?? null,
    comment_id: comment?.comment_id ?? null,
    message_id: message?.message_id ?? null,
    channel_id: (thread ?? comment)?.channel_id ?? null,
    chat_id: message?.chat_id ?? null,
  };
}
