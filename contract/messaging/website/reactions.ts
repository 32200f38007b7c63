import Type from 'typebox';
import { endpoint } from '../../endpoint.ts';
import { LongId, Reaction, Uuid } from './shapes.ts';

export const reactions = {
  react: endpoint({
    method: 'PUT',
    path: '/api/messaging/reactions',
    summary: 'React to a post with an emoji, or take a reaction back',
    description: 'One of `thread_id`, `comment_id` and `message_id` says to which.',
    scope: 'member',
    body: Type.Object({
      thread_id: Type.Optional(LongId),
      comment_id: Type.Optional(LongId),
      message_id: Type.Optional(Uuid),
      emoji: Type.String({ minLength: 1, maxLength: 16 }),
      /** False takes it back. */
      reacted: Type.Boolean(),
    }),
    status: 200,
    answer: Type.Object({ reactions: Type.Array(Reaction), revision: Type.Integer() }),
    errors: ['invalid_request', 'thread_not_found', 'comment_not_found', 'message_not_found'],
  }),
};
