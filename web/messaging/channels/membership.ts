import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { messaging } from '../api.ts';
import { homeQuery } from '../home.ts';

/** The members of a channel. */
export const membersQuery = (channelId: string) =>
  queryOptions({
    queryKey: ['messaging', 'channel-members', channelId],
    queryFn: ({ signal }) =>
      messaging.listChannelMembers({ params: { channel_id: channelId } }, { signal }),
    staleTime: 0,
  });

/** Adds somebody to a channel (the member, too) or removes them. */
export function useMembership(channelId: string) {
  const client = useQueryClient();
  const onSuccess = async () => {
    await Promise.all([
      client.invalidateQueries({ queryKey: homeQuery.queryKey }),
      client.invalidateQueries({ queryKey: membersQuery(channelId).queryKey }),
    ]);
  };
  const paramsOf = (user_id: string) => ({ params: { channel_id: channelId, user_id } });
  const adding = useMutation({
    mutationFn: (userId: string) => messaging.addChannelMember(paramsOf(userId)),
    onSuccess,
  });
  const removing = useMutation({
    mutationFn: (userId: string) => messaging.removeChannelMember(paramsOf(userId)),
    onSuccess,
  });
  return { adding, removing };
}
