import { feedPath } from '../../../contract/messaging/website/feed.ts';
import type { Source } from '../../platform/feed/source.ts';
import { findActor } from '../users/users.ts';
import { loadChanges } from './changes.ts';
import { feedTypes } from './references.ts';

/** What Messaging sends to listeners: news of channels and chats, as far as they may read them. */
export const source: Source = {
  path: feedPath,
  types: feedTypes,
  unread: ['blocks', 'plain', 'mentions', 'files', 'body'],
  findUser: findActor,
  load: loadChanges,
};
