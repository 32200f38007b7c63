import { api } from '../endpoint.ts';
import { ErrorInWords } from '../shapes.ts';
import { channels } from './channels.ts';
import { chats } from './chats.ts';
import { files } from './files.ts';
import { messagingWords } from './shapes.ts';
import { threads } from './threads.ts';

/** Team messaging for bots. */
export const messaging = api({
  name: 'messaging',
  title: 'Heddle Messaging API',
  description:
    'Channels with threads and comments, chats, files. Send the API key as `Authorization: Bearer ' +
    '<key>`. What the bot of the key may not read does not exist for it.',
  error: ErrorInWords,
  words: messagingWords,
  commonErrors: [
    'unauthorized',
    'missing_scope',
    'not_acceptable',
    'too_many_requests',
    'internal_error',
    'maintenance',
    'overloaded',
  ],
  prefixes: ['/api/public'],
  endpoints: { ...channels, ...threads, ...chats, ...files },
});

/** What a key of this API may do. */
export const messagingScopes: readonly string[] = ['messages/get', 'messages/post'];
