import type { WriteContext } from '../../platform/context.ts';
import { type NewEvent, publish } from '../../runtime/events/events.ts';
import { deleteFromChannels } from '../channels/membership/store.ts';
import { deleteFromChats } from '../chats/store.ts';
import { deleteAllNotices } from '../notices/store.ts';
import { deleteReadings } from '../readings/store.ts';
import { selectMemberUser } from '../users/store.ts';
import { endBot } from '../users/users.ts';

type At = Pick<WriteContext, 'tx' | 'organization' | 'now'>;

/**
 * Follows the end of a membership: its user leaves every channel and chat and loses the inbox, so
 * that nothing of it comes back with them. What they wrote stays. The bots of the keys that ended
 * with the membership end.
 */
export async function dismissMember(
  at: At,
  memberId: number,
  keyIds: readonly number[],
): Promise<void> {
  const { tx, organization, now } = at;
  for (const keyId of keyIds) await endBot(at, keyId);
  const user = await selectMemberUser(tx, organization, memberId);
  if (!user) return;
  const channels = await deleteFromChannels(tx, organization, user.id);
  const chats = await deleteFromChats(tx, organization, user.id, now);
  deleteReadings(tx, organization, user.id);
  deleteAllNotices(tx, organization, user.id);
  await publish(tx, organization, now, leavingOf(String(user.id), channels, chats));
}

function leavingOf(
  userID: string,
  channels: readonly number[],
  chats: readonly string[],
): NewEvent[] {
  return [
    ...channels.map(String).map((channelID) => ({
      type: 'channel.left' as const,
      subject: channelID,
      data: { channelID, userID },
    })),
    ...chats.map((chatID) => ({
      type: 'chat.left' as const,
      subject: chatID,
      data: { chatID, userID },
    })),
  ];
}
