import Type from 'typebox';
import { endpoint } from '../endpoint.ts';
import { Optionally } from '../shapes.ts';
import { AnyLongId, Blocks, LongId, Ok, OkWith } from './shapes.ts';

export const threads = {
  postThread: endpoint({
    method: 'POST',
    path: '/api/public/postThread',
    summary: 'Post a thread to a channel',
    description: 'The channel is given by its name (`channel`) or its id (`channelID`).',
    scope: 'messages/post',
    body: Type.Object({
      channel: Optionally(Type.String({ maxLength: 200 })),
      channelID: Optionally(AnyLongId),
      blocks: Blocks,
    }),
    idempotent: true,
    status: 200,
    answer: OkWith(Type.Object({ threadID: LongId, threadURL: Type.String() })),
    errors: [
      'invalid_request',
      'channel_not_found',
      'file_not_found',
      'ambiguous_name',
      'idempotency_mismatch',
    ],
  }),
  deleteThread: endpoint({
    method: 'POST',
    path: '/api/public/deleteThread',
    summary: 'Delete a thread that this bot posted',
    scope: 'messages/post',
    body: Type.Object({ threadID: AnyLongId }),
    status: 200,
    answer: Ok,
    errors: ['invalid_request', 'not_allowed', 'thread_not_found'],
  }),
  postComment: endpoint({
    method: 'POST',
    path: '/api/public/postComment',
    summary: 'Post a comment to a thread',
    description: 'It answers a comment when `parentID` names one, else the thread itself.',
    scope: 'messages/post',
    body: Type.Object({ threadID: AnyLongId, parentID: Optionally(AnyLongId), blocks: Blocks }),
    idempotent: true,
    status: 200,
    answer: OkWith(Type.Object({ commentID: LongId, commentURL: Type.String() })),
    errors: [
      'invalid_request',
      'thread_not_found',
      'comment_not_found',
      'file_not_found',
      'idempotency_mismatch',
    ],
  }),
  deleteComment: endpoint({
    method: 'POST',
    path: '/api/public/deleteComment',
    summary: 'Delete a comment that this bot posted',
    scope: 'messages/post',
    body: Type.Object({ commentID: AnyLongId }),
    status: 200,
    answer: Ok,
    errors: ['invalid_request', 'not_allowed', 'comment_not_found'],
  }),
};
