import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type ReactNode, useMemo } from 'react';
import type { ChannelState } from '../../../contract/messaging/website/shapes.ts';
import { useChannel } from '../live/home.ts';
import { type Audience, AudienceContext } from '../posts/audience.ts';
import { membersQuery, useMembership } from './membership.ts';
import { useChannelRights } from './rights.ts';

type ChannelAudienceProps = { channelId: string; children: ReactNode };

/** Provides the audience of a channel to what is read and written in it. */
export function ChannelAudience({ channelId, children }: ChannelAudienceProps) {
  const channel = useChannel(channelId);
  if (!channel) return children;
  return <Known channel={channel}>{children}</Known>;
}

function Known({ channel, children }: { channel: ChannelState; children: ReactNode }) {
  return <AudienceContext value={useAudienceOf(channel)}>{children}</AudienceContext>;
}

/** Everybody, or those who are in it. */
function useAudienceOf(channel: ChannelState): Audience {
  const { channel_id, privacy, revision, is_archived } = channel;
  const isPrivate = privacy === 'private';
  const query = membersQuery(channel_id);
  const { data } = useQuery({
    ...query,
    // When the revision changes, the members may have.
    queryKey: [...query.queryKey, String(revision)],
    enabled: isPrivate,
    placeholderData: keepPreviousData,
  });
  const { mayContribute } = useChannelRights(channel);
  const { mutateAsync } = useMembership(channel_id).adding;
  const mayAdd = mayContribute && !is_archived;
  const ids = isPrivate ? data?.user_ids : undefined;
  return useMemo(
    () => ({
      place: 'channel',
      ids: ids && new Set(ids),
      add: mayAdd ? (userId) => mutateAsync(userId) : undefined,
    }),
    [ids, mayAdd, mutateAsync],
  );
}
