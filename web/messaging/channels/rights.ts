import type { ChannelState } from '../../../contract/messaging/website/shapes.ts';
import { administers, useSession } from '../../platform/session.ts';
import { useIsJoined, useMe } from '../live/home.ts';

/** What the member may do to a channel; the server has the last word. */
export function useChannelRights(channel: ChannelState) {
  const session = useSession();
  const me = useMe();
  const isJoined = useIsJoined(channel.channel_id);
  const runs = administers(session) || channel.opened_by === me;
  return { runs, mayContribute: runs || (isJoined && channel.members_may_change) };
}
