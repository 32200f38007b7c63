import { api } from '../../endpoint.ts';
import { ErrorInWords } from '../../shapes.ts';
import { messagingWords } from '../shapes.ts';
import { channels } from './channels.ts';
import { chats } from './chats.ts';
import { feed } from './feed.ts';
import { files } from './files.ts';
import { finding } from './finding.ts';
import { home } from './home.ts';
import { keys } from './keys.ts';
import { reactions } from './reactions.ts';
import { threads } from './threads.ts';

/** What the website asks of Messaging, as the member who is signed in. */
export const messagingWebsite = api({
  name: 'messaging-website',
  title: 'Heddle Messaging, website',
  description:
    'Called by the pages of the website with the session cookie; may change at any time.',
  error: ErrorInWords,
  words: messagingWords,
  commonErrors: [
    'unauthorized',
    'not_allowed',
    'not_found',
    'not_acceptable',
    'too_many_requests',
    'internal_error',
    'maintenance',
    'overloaded',
  ],
  prefixes: ['/api/messaging'],
  endpoints: {
    ...home,
    ...channels,
    ...threads,
    ...chats,
    ...reactions,
    ...finding,
    ...feed,
    ...keys,
    ...files,
  },
});
