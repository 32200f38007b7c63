import { Badge } from '@mantine/core';
import { memo, type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { Face } from '../../ui/face.tsx';
import { notifyFailure } from '../../ui/notify.ts';
import { Time } from '../../ui/time.tsx';
import { useActions } from '../live/actions.ts';
import { PostBody } from './body.tsx';
import { PostEditor, UnsavedEdit } from './editor.tsx';
import classes from './frame.module.css';
import { PageLink } from './page-link.tsx';
import { useOwnId, usePerson } from './people.ts';
import { idOf, type Post, pathOf, placeOf, stateOf } from './post.ts';
import { PostToolbar } from './post-toolbar.tsx';
import { ReactionRow } from './reactions.tsx';

export type PostFrameProps = {
  /** As `threadPost`, `commentPost` or `messagePost` make it. */
  post: Post;
  /** It follows a post by the same author: without face and name. */
  isContinued?: boolean;
  /** A link points to it: it is scrolled to, has the focus, and is marked for some seconds. */
  isTarget?: boolean;
  isNew?: boolean;
  /** Never folded. */
  isWhole?: boolean;
  /** Only its beginning. */
  isExcerpt?: boolean;
  /** Whether it is being edited, if the page controls that; then `onEditing` is called. */
  isEditing?: boolean;
  onEditing?: (post: Post | undefined) => void;
  onReply?: ((post: Post) => void) | undefined;
  onMarkUnread?: (post: Post) => void;
  /** Above the text: for example whom it answers. */
  above?: ReactNode;
  children?: ReactNode;
};

/** A post: author, time, content, reactions, and what can be done with it. */
export const PostFrame = memo(function PostFrame(props: PostFrameProps) {
  const { post, isContinued = false, isTarget = false, isNew = false, above, children } = props;
  const { deleted_at, author_id } = stateOf(post);
  const article = useRef<HTMLElement>(null);
  const headingId = useId();
  const isMarked = useTarget(article, isTarget);
  const marks = [
    classes.frame,
    isContinued && classes.continued,
    isMarked && classes.target,
    isNew && classes.isNew,
  ];
  return (
    <article
      ref={article}
      tabIndex={-1}
      data-post={idOf(post)}
      aria-labelledby={headingId}
      className={marks.filter(Boolean).join(' ')}
    >
      <Author id={author_id} isContinued={isContinued} at={stateOf(post).created_at} />
      <div className={classes.content}>
        <Head post={post} id={headingId} isContinued={isContinued} isNew={isNew} />
        {above}
        {deleted_at === null ? (
          <Living {...props} focus={() => article.current?.focus()} />
        ) : (
          <p className={classes.deleted}>This {post.kind} was deleted.</p>
        )}
        {children}
      </div>
    </article>
  );
});

function Author({ id, isContinued, at }: { id: string; isContinued: boolean; at: string }) {
  const person = usePerson(id);
  if (isContinued) {
    return (
      <div className={classes.side} aria-hidden>
        <span className={classes.sideTime}>{shortTime.format(new Date(at))}</span>
      </div>
    );
  }
  return (
    <div className={classes.side}>
      <Face name={person?.name ?? '?'} isBot={person?.kind === 'bot'} size={36} />
    </div>
  );
}

const shortTime = new Intl.DateTimeFormat(undefined, { hour: 'numeric', minute: '2-digit' });

type HeadProps = { post: Post; id: string; isContinued: boolean; isNew: boolean };

/** For screen readers it is there even when it is not visible. */
function Head({ post, id, isContinued, isNew }: HeadProps) {
  const { author_id, created_at, edited_at, deleted_at } = stateOf(post);
  const person = usePerson(author_id);
  const name = person?.name ?? 'Somebody';
  return (
    <header className={isContinued ? classes.hiddenHead : classes.head}>
      <h2 id={id} className={classes.name}>
        <PageLink href={`/${author_id}`} dir="auto" title={name}>
          {name}
        </PageLink>
      </h2>
      {person?.kind === 'bot' && (
        <Badge size="xs" variant="default" className={classes.badge}>
          Bot
        </Badge>
      )}
      <PageLink href={pathOf(post)} className={classes.time}>
        <Time at={created_at} isOfDay={post.kind === 'message'} />
      </PageLink>
      {edited_at !== null && deleted_at === null && <span className={classes.time}>edited</span>}
      {isNew && <span className={classes.newMark}>New</span>}
    </header>
  );
}

function Living(props: PostFrameProps & { focus: () => void }) {
  const {
    post,
    isWhole = false,
    isExcerpt = false,
    onReply,
    onMarkUnread,
    onEditing,
    focus,
  } = props;
  const { blocks, reactions, author_id } = stateOf(post);
  const isOwn = useOwnId() === author_id;
  const isAnnouncement = post.kind === 'thread' && post.thread.is_announcement;
  const [isEditingHere, setEditingHere] = useState(false);
  const { react } = useActions();
  const reactWith = (emoji: string, reacted = true) =>
    void react(post, emoji, reacted).catch(notifyFailure);
  const edit = (on: boolean) => {
    setEditingHere(on);
    onEditing?.(on ? post : undefined);
    if (!on) focus();
  };
  if (isOwn && (props.isEditing ?? isEditingHere)) {
    return <PostEditor post={post} onClose={() => edit(false)} />;
  }
  return (
    <>
      <PostBody
        blocks={blocks}
        place={placeOf(post)}
        length={isExcerpt ? 'excerpt' : isWhole ? 'whole' : 'folded'}
      />
      {isOwn && <UnsavedEdit post={post} onContinue={() => edit(true)} />}
      <ReactionRow reactions={reactions} onReact={reactWith} />
      <PostToolbar
        post={post}
        isOwn={isOwn && !isAnnouncement}
        onReact={reactWith}
        onEdit={() => edit(true)}
        onReply={onReply}
        onMarkUnread={onMarkUnread}
        onDeleted={focus}
      />
    </>
  );
}

const markedMilliseconds = 4_000;

/** Scrolls to the post that a link points to, once; answers whether it is still marked. */
function useTarget(article: { current: HTMLElement | null }, isTarget: boolean): boolean {
  const [isMarked, setMarked] = useState(isTarget);
  useEffect(() => {
    setMarked(isTarget);
    if (!isTarget) return;
    const element = article.current;
    element?.focus({ preventScroll: true });
    element?.scrollIntoView({ block: 'center' });
    // Posts around it get their real heights only when they come near.
    const again = requestAnimationFrame(() => element?.scrollIntoView({ block: 'center' }));
    const timer = setTimeout(() => setMarked(false), markedMilliseconds);
    return () => {
      cancelAnimationFrame(again);
      clearTimeout(timer);
    };
  }, [article, isTarget]);
  return isMarked;
}
