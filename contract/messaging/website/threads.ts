import Type from 'typebox';
import { endpoint } from '../../endpoint.ts';
import { OrNull } from '../../shapes.ts';
import {
  CommentState,
  Cursor,
  Limit,
  LongId,
  Reading,
  SentId,
  Text,
  ThreadState,
} from './shapes.ts';

const ChannelById = Type.Object({ channel_id: Type.String({ maxLength: 64 }) });
const ThreadById = Type.Object({ thread_id: Type.String({ maxLength: 64 }) });
const CommentById = Type.Object({ comment_id: Type.String({ maxLength: 64 }) });
const NewText = Type.Object({ text: Text });

export const threads = {
  listThreads: endpoint({
    method: 'GET',
    path: '/api/messaging/channels/:channel_id/threads',
    summary: 'The threads of a channel, the latest active first',
    description:
      '`before` pages to older ones, `after` to newer ones (by `number`, excluding it). Deleted ' +
      'threads are left out.',
    scope: 'member',
    params: ChannelById,
    query: Type.Object({ before: Cursor, after: Cursor, limit: Limit }),
    status: 200,
    answer: Type.Object({
      threads: Type.Array(ThreadState),
      /** Of those threads that the member has ever opened. */
      readings: Type.Array(Reading),
      has_more: Type.Boolean(),
    }),
    errors: ['invalid_request', 'channel_not_found'],
  }),
  startThread: endpoint({
    method: 'POST',
    path: '/api/messaging/threads',
    summary: 'Post a thread',
    scope: 'member',
    body: Type.Object({ channel_id: LongId, text: Text, sent_id: SentId }),
    idempotent: true,
    status: 201,
    answer: Type.Object({ thread: ThreadState }),
    errors: ['invalid_request', 'channel_not_found', 'file_not_found', 'idempotency_mismatch'],
  }),
  getThread: endpoint({
    method: 'GET',
    path: '/api/messaging/threads/:thread_id',
    summary: 'A thread; a deleted one as a stub while it has comments',
    scope: 'member',
    params: ThreadById,
    status: 200,
    answer: Type.Object({ thread: ThreadState, reading: Reading }),
    errors: ['thread_not_found'],
  }),
  listComments: endpoint({
    method: 'GET',
    path: '/api/messaging/threads/:thread_id/comments',
    summary: 'The comments of a thread by number, deleted ones as stubs',
    description:
      'The first ones, or those after the number `after` (excluding it), or before `before`.',
    scope: 'member',
    params: ThreadById,
    query: Type.Object({ before: Cursor, after: Cursor, limit: Limit }),
    status: 200,
    answer: Type.Object({ comments: Type.Array(CommentState), has_more: Type.Boolean() }),
    errors: ['invalid_request', 'thread_not_found'],
  }),
  editThread: endpoint({
    method: 'PATCH',
    path: '/api/messaging/threads/:thread_id',
    summary: 'Edit a thread of one’s own',
    scope: 'member',
    params: ThreadById,
    body: NewText,
    status: 200,
    answer: Type.Object({ thread: ThreadState }),
    errors: ['invalid_request', 'thread_not_found', 'file_not_found'],
  }),
  removeThread: endpoint({
    method: 'DELETE',
    path: '/api/messaging/threads/:thread_id',
    summary: 'Delete a thread of one’s own',
    scope: 'member',
    params: ThreadById,
    status: 200,
    answer: Type.Object({}),
    errors: ['thread_not_found'],
  }),
  answerThread: endpoint({
    method: 'POST',
    path: '/api/messaging/comments',
    summary: 'Post a comment',
    description: 'It answers the comment `parent_id`, else the thread itself.',
    scope: 'member',
    body: Type.Object({
      thread_id: LongId,
      parent_id: Type.Optional(OrNull(LongId)),
      text: Text,
      sent_id: SentId,
    }),
    idempotent: true,
    status: 201,
    answer: Type.Object({ comment: CommentState }),
    errors: [
      'invalid_request',
      'thread_not_found',
      'comment_not_found',
      'file_not_found',
      'idempotency_mismatch',
    ],
  }),
  editComment: endpoint({
    method: 'PATCH',
    path: '/api/messaging/comments/:comment_id',
    summary: 'Edit a comment of one’s own',
    scope: 'member',
    params: CommentById,
    body: NewText,
    status: 200,
    answer: Type.Object({ comment: CommentState }),
    errors: ['invalid_request', 'comment_not_found', 'file_not_found'],
  }),
  removeComment: endpoint({
    method: 'DELETE',
    path: '/api/messaging/comments/:comment_id',
    summary: 'Delete a comment of one’s own',
    scope: 'member',
    params: CommentById,
    status: 200,
    answer: Type.Object({}),
    errors: ['comment_not_found'],
  }),
};
