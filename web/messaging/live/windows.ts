import type { Answer } from '../../../contract/endpoint.ts';
import type { messagingWebsite } from '../../../contract/messaging/website/index.ts';
import type {
  CommentState,
  MessageState,
  Reading,
  ThreadState,
} from '../../../contract/messaging/website/shapes.ts';

type Endpoints = typeof messagingWebsite.endpoints;

/** What is shown around every page. */
export type Home = Answer<Endpoints['getHome']>;
/** What is loaded of a channel: its latest active threads, without a gap. */
export type ThreadWindow = Answer<Endpoints['listThreads']>;
/** What is loaded of a thread: its first comments, without a gap. */
export type CommentWindow = Answer<Endpoints['listComments']>;
/** What is loaded of a chat: a stretch of messages without a gap. */
export type MessageWindow = Answer<Endpoints['listMessages']>;

type Numbered = { number: number };
const byNumber = (one: Numbered, other: Numbered) => one.number - other.number;

/** The later of two states of the same thing. */
export function later<S extends { revision: number }>(known: S | undefined, heard: S): S {
  return known && known.revision > heard.revision ? known : heard;
}

/** A thread older than the oldest loaded one stays outside; a deleted one is removed. */
export function putThread(window: ThreadWindow, heard: ThreadState): ThreadWindow {
  const known = window.threads.find((one) => one.thread_id === heard.thread_id);
  const state = later(known, heard);
  const others = window.threads.filter((one) => one !== known);
  const oldest = window.threads.at(-1);
  const isInside = !window.has_more || (oldest !== undefined && state.number >= oldest.number);
  const shown = state.deleted_at === null && isInside ? [state] : [];
  const threads = [...others, ...shown].sort((one, other) => byNumber(other, one));
  return { ...window, threads };
}

export function addOlderThreads(window: ThreadWindow, page: ThreadWindow): ThreadWindow {
  const readings = [...window.readings, ...page.readings];
  const widened = { ...window, readings, has_more: false };
  return { ...page.threads.reduce(putThread, widened), has_more: page.has_more };
}

export function putReading(readings: readonly Reading[], heard: Reading): Reading[] {
  const others = readings.filter(
    (one) => one.place !== heard.place || one.place_id !== heard.place_id,
  );
  return [...others, heard];
}

/** A comment after a gap is loaded when somebody scrolls there. */
export function putComment(window: CommentWindow, heard: CommentState): CommentWindow {
  const known = window.comments.find((one) => one.comment_id === heard.comment_id);
  const last = window.comments.at(-1);
  const isInside = !window.has_more || (last !== undefined && heard.number <= last.number);
  if (!known && !isInside) return window;
  const others = window.comments.filter((one) => one !== known);
  return { ...window, comments: [...others, later(known, heard)].sort(byNumber) };
}

export function addMoreComments(window: CommentWindow, page: CommentWindow): CommentWindow {
  const widened = { ...window, has_more: false };
  return { ...page.comments.reduce(putComment, widened), has_more: page.has_more };
}

/** A message outside the loaded stretch is loaded when somebody scrolls there. */
export function putMessage(window: MessageWindow, heard: MessageState): MessageWindow {
  const known = window.messages.find((one) => one.message_id === heard.message_id);
  const [first, last] = [window.messages[0], window.messages.at(-1)];
  const isAfter = !window.has_newer || (last !== undefined && heard.number <= last.number);
  const isBefore = !window.has_older || (first !== undefined && heard.number >= first.number);
  if (!known && !(isAfter && isBefore)) return window;
  const others = window.messages.filter((one) => one !== known);
  return { ...window, messages: [...others, later(known, heard)].sort(byNumber) };
}

export function addOlderMessages(window: MessageWindow, page: MessageWindow): MessageWindow {
  const widened = { ...window, has_older: false };
  return { ...page.messages.reduce(putMessage, widened), has_older: page.has_older };
}

export function addNewerMessages(window: MessageWindow, page: MessageWindow): MessageWindow {
  const widened = { ...window, has_newer: false };
  return { ...page.messages.reduce(putMessage, widened), has_newer: page.has_newer };
}
