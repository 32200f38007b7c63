import { joinText, splitText } from '../../../contract/messaging/text.ts';
import type {
  CommentState,
  MessageState,
  ThreadState,
} from '../../../contract/messaging/website/shapes.ts';
import type { Post } from '../live/actions.ts';

export type { Post };

export type PostState = ThreadState | CommentState | MessageState;

/** The kind of place a post is written in: it decides how the text is parsed. */
export type PostPlace = 'thread' | 'chat';

// The same state gives the same object, so that components need not be rendered again.
const posts = new WeakMap<PostState, Post>();

export function threadPost(thread: ThreadState): Post {
  return remembered(thread, { kind: 'thread', thread });
}

export function commentPost(comment: CommentState): Post {
  return remembered(comment, { kind: 'comment', comment });
}

export function messagePost(message: MessageState): Post {
  return remembered(message, { kind: 'message', message });
}

function remembered(state: PostState, made: Post): Post {
  const known = posts.get(state);
  if (known) return known;
  posts.set(state, made);
  return made;
}

export function stateOf(post: Post): PostState {
  if (post.kind === 'thread') return post.thread;
  return post.kind === 'comment' ? post.comment : post.message;
}

export function idOf(post: Post): string {
  if (post.kind === 'thread') return post.thread.thread_id;
  return post.kind === 'comment' ? post.comment.comment_id : post.message.message_id;
}

export function placeOf(post: Post): PostPlace {
  return post.kind === 'message' ? 'chat' : 'thread';
}

/** The path of the page that shows a post. */
export function pathOf(post: Post): string {
  if (post.kind === 'thread') return `/${post.thread.thread_id}?s=${post.thread.share_token}`;
  if (post.kind === 'comment') return `/${post.comment.comment_id}`;
  return `/${post.message.chat_id}/${post.message.message_id}`;
}

/** The blocks that a text becomes when it is posted. */
export function blocksOf(place: PostPlace, text: string): string[] {
  return place === 'chat' ? [text] : splitText(text);
}

/** The text of a post, to be edited. */
export function textOf(post: Post): string {
  return joinText(stateOf(post).blocks);
}
