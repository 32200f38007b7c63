import type { WriteContext } from '../../platform/context.ts';
import { publish } from '../../runtime/events/events.ts';
import { insertIntoOpenChannels } from '../channels/membership/store.ts';
import { selectMemberUser, updateUserName } from '../users/store.ts';
import { createUser } from '../users/users.ts';

type At = Pick<WriteContext, 'tx' | 'organization' | 'now'>;

/**
 * Makes the user of a new member, or of one who has come back, and adds them to the channels that
 * are for everybody.
 */
export async function welcomeMember(at: At, memberId: number, name: string): Promise<number> {
  const { tx, organization, now } = at;
  const before = await selectMemberUser(tx, organization, memberId);
  if (before) await updateUserName(tx, organization, memberId, name);
  const id = before?.id ?? (await createUser(at, { name, memberId, keyId: null }));
  const joined = await insertIntoOpenChannels(tx, organization, id);
  const userID = String(id);
  const joining = joined.map(String).map((channelID) => ({
    type: 'channel.joined' as const,
    subject: channelID,
    data: { channelID, userID },
  }));
  await publish(tx, organization, now, joining);
  return id;
}
