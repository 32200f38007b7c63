import { Unread } from '../../ui/unread.tsx';
import { type Home, unreadIn, useHome } from '../home.ts';
import { useFeed } from '../live/feed.ts';

/** How much is unread in the inbox, the chats, and the member's channels; kept up to date. */
export function News() {
  const home = useHome();
  useFeed();
  return <Unread count={home.data ? unreadOf(home.data) : 0} />;
}

/** The sum of the counts in the navigation of Messaging. */
function unreadOf(home: Home): number {
  const joined = new Set(home.joined_channel_ids);
  const channels = home.channels.filter(
    ({ channel_id, is_archived }) => joined.has(channel_id) && !is_archived,
  );
  const counts = [
    unreadIn(home, 'inbox'),
    ...channels.map(({ channel_id }) => unreadIn(home, 'channel', channel_id)),
    ...home.chats.map(({ chat_id }) => unreadIn(home, 'chat', chat_id)),
  ];
  return counts.reduce((sum, count) => sum + count, 0);
}
