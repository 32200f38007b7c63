import type { QueryClient } from '@tanstack/react-query';
import type { Change } from '../../../contract/messaging/website/feed.ts';
import { hearHome } from '../home.ts';
import { hearComments } from './comments.ts';
import { hearUncounted } from './count-unread.ts';
import type { Hearing } from './hearing.ts';
import { hearInbox } from './inbox.ts';
import { note } from './log.ts';
import { hearMessages } from './messages.ts';
import { hearSent } from './pending-list.ts';
import { hearThreads } from './threads.ts';

/** Everything that is loaded and changes, in the order in which a change is applied. */
const parts: readonly Hearing[] = [
  hearHome,
  hearSent,
  hearThreads,
  hearComments,
  hearMessages,
  hearInbox,
  hearUncounted,
];

/** Applies changes to all that is loaded. */
export function hear(client: QueryClient, changes: readonly Change[]): void {
  note(changes);
  for (const change of changes) for (const part of parts) part(client, change);
}
