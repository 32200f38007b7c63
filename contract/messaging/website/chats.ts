import Type from 'typebox';
import { endpoint } from '../../endpoint.ts';
import { messageLengthMax, nameLengthMax } from '../shapes.ts';
import { ChatState, Cursor, Limit, LongId, MessageState, SentId } from './shapes.ts';

const ById = Type.Object({ chat_id: Type.String({ maxLength: 64 }) });
const MemberById = Type.Object({
  chat_id: Type.String({ maxLength: 64 }),
  user_id: Type.String({ maxLength: 64 }),
});
const MessageById = Type.Object({ message_id: Type.String({ maxLength: 64 }) });
const text = Type.String({
  minLength: 1,
  maxLength: messageLengthMax,
  description: 'With formatting.',
});

export const chats = {
  openChat: endpoint({
    method: 'POST',
    path: '/api/messaging/chats',
    summary: 'Open a chat',
    description:
      'With one other user and no name it is their direct chat, of which there is one: it is ' +
      'answered when it exists. Otherwise a group chat, which needs a name.',
    scope: 'member',
    body: Type.Object({
      name: Type.Optional(Type.String({ maxLength: nameLengthMax })),
      user_ids: Type.Array(LongId, { minItems: 1, maxItems: 1_000 }),
    }),
    idempotent: true,
    status: 201,
    answer: Type.Object({ chat: ChatState }),
    errors: ['invalid_request', 'idempotency_mismatch'],
  }),
  changeChat: endpoint({
    method: 'PATCH',
    path: '/api/messaging/chats/:chat_id',
    summary: 'Name a group chat',
    scope: 'member',
    params: ById,
    body: Type.Object({ name: Type.String({ minLength: 1, maxLength: nameLengthMax }) }),
    status: 200,
    answer: Type.Object({ chat: ChatState }),
    errors: ['invalid_request', 'chat_not_found'],
  }),
  addChatMember: endpoint({
    method: 'PUT',
    path: '/api/messaging/chats/:chat_id/members/:user_id',
    summary: 'Add somebody to a group chat',
    scope: 'member',
    params: MemberById,
    status: 200,
    answer: Type.Object({ chat: ChatState }),
    errors: ['invalid_request', 'chat_not_found'],
  }),
  removeChatMember: endpoint({
    method: 'DELETE',
    path: '/api/messaging/chats/:chat_id/members/:user_id',
    summary: 'Leave a group chat, or take somebody out of it',
    description:
      'Others are taken out by whoever opened it, and by owners and admins who are in it; once ' +
      'the one who opened it has left, by everybody in it.',
    scope: 'member',
    params: MemberById,
    status: 200,
    answer: Type.Object({}),
    errors: ['chat_not_found'],
  }),
  listMessages: endpoint({
    method: 'GET',
    path: '/api/messaging/chats/:chat_id/messages',
    summary: 'The messages of a chat by number, deleted ones as stubs',
    description:
      'The last ones; those before the number `before`, after `after` (both excluding it), or ' +
      'on both sides of `around` (including it).',
    scope: 'member',
    params: ById,
    query: Type.Object({ before: Cursor, after: Cursor, around: Cursor, limit: Limit }),
    status: 200,
    answer: Type.Object({
      messages: Type.Array(MessageState),
      has_older: Type.Boolean(),
      has_newer: Type.Boolean(),
    }),
    errors: ['invalid_request', 'chat_not_found'],
  }),
  sendMessage: endpoint({
    method: 'POST',
    path: '/api/messaging/chats/:chat_id/messages',
    summary: 'Post a message to a chat',
    scope: 'member',
    params: ById,
    body: Type.Object({ text, sent_id: SentId }),
    idempotent: true,
    status: 201,
    answer: Type.Object({ message: MessageState }),
    errors: ['invalid_request', 'chat_not_found', 'file_not_found', 'idempotency_mismatch'],
  }),
  editMessage: endpoint({
    method: 'PATCH',
    path: '/api/messaging/messages/:message_id',
    summary: 'Edit a message of one’s own',
    scope: 'member',
    params: MessageById,
    body: Type.Object({ text }),
    status: 200,
    answer: Type.Object({ message: MessageState }),
    errors: ['invalid_request', 'message_not_found', 'file_not_found'],
  }),
  removeMessage: endpoint({
    method: 'DELETE',
    path: '/api/messaging/messages/:message_id',
    summary: 'Delete a message of one’s own',
    scope: 'member',
    params: MessageById,
    status: 200,
    answer: Type.Object({}),
    errors: ['message_not_found'],
  }),
};
