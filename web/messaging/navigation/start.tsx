import { Navigate } from '@tanstack/react-router';
import { Page } from '../../ui/page.tsx';
import { ErrorState, LoadingLines } from '../../ui/states.tsx';
import { type Home, unreadIn, useHome } from '../home.ts';

/**
 * The start page: leads to the inbox when something new is in it, else to one of the member's
 * channels.
 */
export function StartPage() {
  const home = useHome();
  return (
    <Page title="">
      {home.data && <Begin home={home.data} />}
      {home.error ? (
        <ErrorState error={home.error} retry={() => void home.refetch()} />
      ) : (
        <LoadingLines />
      )}
    </Page>
  );
}

function Begin({ home }: { home: Home }) {
  const channelId = unreadIn(home, 'inbox') > 0 ? undefined : firstChannel(home);
  if (channelId === undefined) return <Navigate to="/inbox" replace />;
  return <Navigate to="/$id" params={{ id: channelId }} replace />;
}

/** The first channel with something new, in the order of the navigation; else the first one. */
function firstChannel(home: Home): string | undefined {
  const joined = new Set(home.joined_channel_ids);
  const channels = home.channels
    .filter(({ channel_id, is_archived }) => joined.has(channel_id) && !is_archived)
    .sort((one, other) => one.name.localeCompare(other.name));
  const isNew = ({ channel_id }: { channel_id: string }) =>
    unreadIn(home, 'channel', channel_id) > 0;
  return (channels.find(isNew) ?? channels[0])?.channel_id;
}
