import Type from 'typebox';
import { endpoint } from '../endpoint.ts';
import { Optionally } from '../shapes.ts';
import { AnyLongId, nameLengthMax, Ok, OkWith, Uuid } from './shapes.ts';

const Id = Type.String({ minLength: 1, maxLength: 64 });

export const chats = {
  createChat: endpoint({
    method: 'POST',
    path: '/api/public/createChat',
    summary: 'Create a group chat',
    description: 'The bot and the users named are its members.',
    scope: 'messages/post',
    body: Type.Object({
      name: Type.String({ minLength: 1, maxLength: nameLengthMax }),
      userIDs: Optionally(Type.Array(AnyLongId, { maxItems: 1_000 })),
      emails: Optionally(Type.Array(Type.String({ maxLength: 254 }), { maxItems: 1_000 })),
    }),
    idempotent: true,
    status: 200,
    answer: OkWith(Type.Object({ chatID: Uuid, chatURL: Type.String() })),
    errors: ['invalid_request', 'idempotency_mismatch'],
  }),
  deleteChat: endpoint({
    method: 'POST',
    path: '/api/public/deleteChat',
    summary: 'Delete a chat that this bot created',
    scope: 'messages/post',
    body: Type.Object({ chatID: Id }),
    status: 200,
    answer: Ok,
    errors: ['invalid_request', 'not_allowed', 'chat_not_found'],
  }),
  postChatMessage: endpoint({
    method: 'POST',
    path: '/api/public/postChatMessage',
    summary: 'Post a message to a chat',
    description: 'The chat is given by its name (`chat`) or its id (`chatID`).',
    scope: 'messages/post',
    body: Type.Object({
      chat: Optionally(Type.String({ maxLength: 200 })),
      chatID: Optionally(Id),
      body: Type.String({ minLength: 1, maxLength: 10_000, description: 'With formatting.' }),
    }),
    idempotent: true,
    status: 200,
    answer: OkWith(Type.Object({ chatMessageID: Uuid, chatMessageURL: Type.String() })),
    errors: [
      'invalid_request',
      'chat_not_found',
      'file_not_found',
      'ambiguous_name',
      'idempotency_mismatch',
    ],
  }),
  deleteChatMessage: endpoint({
    method: 'POST',
    path: '/api/public/deleteChatMessage',
    summary: 'Delete a message that this bot posted',
    scope: 'messages/post',
    body: Type.Object({ messageID: Id }),
    status: 200,
    answer: Ok,
    errors: ['invalid_request', 'not_allowed', 'message_not_found'],
  }),
};
