import Type, { type Static } from 'typebox';
import { endpoint } from '../../endpoint.ts';
import { OrNull } from '../../shapes.ts';
import { Cursor, Limit, LongId, Notice, Time, Uuid } from './shapes.ts';

/** A part of a text, in pieces: those that match the search and those around them. */
export const Excerpt = Type.Array(Type.Object({ text: Type.String(), is_match: Type.Boolean() }));

/** One post that a search found. */
export const Found = Type.Object({
  thread_id: OrNull(LongId),
  comment_id: OrNull(LongId),
  message_id: OrNull(Uuid),
  channel_id: OrNull(LongId),
  chat_id: OrNull(Uuid),
  author_id: LongId,
  created_at: Time,
  excerpt: Excerpt,
});
export type Found = Static<typeof Found>;

export const finding = {
  listNotices: endpoint({
    method: 'GET',
    path: '/api/messaging/inbox',
    summary: 'Mentions of the member and replies to them, the latest first',
    scope: 'member',
    query: Type.Object({ before: Cursor, limit: Limit }),
    status: 200,
    answer: Type.Object({ notices: Type.Array(Notice), has_more: Type.Boolean() }),
    errors: ['invalid_request'],
  }),
  search: endpoint({
    method: 'GET',
    path: '/api/messaging/search',
    summary: 'Search all that the member may read',
    description:
      'Words match as a whole, the last one from its beginning, and where that finds little each ' +
      'from its beginning; "several words" in quotes match as they stand, -word leaves out. The ' +
      'latest 60 come first, of these the best, and so on.',
    scope: 'member',
    query: Type.Object({
      q: Type.String({ minLength: 1, maxLength: 200 }),
      channel_id: Type.Optional(LongId),
      chat_id: Type.Optional(Uuid),
      author_id: Type.Optional(LongId),
      /** How many to skip. */
      skip: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000, default: 0 })),
      limit: Limit,
    }),
    status: 200,
    answer: Type.Object({ found: Type.Array(Found), has_more: Type.Boolean() }),
    errors: ['invalid_request'],
  }),
};
