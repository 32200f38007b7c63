import type { Channel, Message } from './channel.ts';
import type { User, Workspace } from './workspace.ts';

/** A channel as the methods answer it. */
export function showChannel(channel: Channel) {
  const { id, name, isPrivate, isMember, isArchived, created } = channel;
  return {
    ...{ id, name, name_normalized: name, created, updated: created * 1_000 },
    ...{ is_channel: !isPrivate, is_group: isPrivate, is_im: false, is_mpim: false },
    ...{ is_private: isPrivate, is_member: isMember, is_archived: isArchived },
    ...{ is_general: name === 'general', is_shared: false, is_ext_shared: false },
    ...{ creator: 'U000000000', num_members: 3, previous_names: [] },
    topic: { value: `About ${name}`, creator: '', last_set: 0 },
    purpose: { value: '', creator: '', last_set: 0 },
  };
}

export function showUser({ team }: Workspace, user: User, withEmail: boolean) {
  const { id, name, realName, isBot = false } = user;
  const email = withEmail && !isBot ? { email: `${name}@company.example` } : {};
  return {
    ...{ id, team_id: team, name, deleted: false, updated: 1_600_000_000 },
    ...{ real_name: realName, tz: 'Europe/Berlin', tz_offset: 3_600 },
    ...{ is_bot: isBot, is_admin: false, is_owner: false, is_app_user: false },
    ...{ is_restricted: false, is_ultra_restricted: false },
    profile: {
      ...{ real_name: realName, display_name: name, title: '', phone: '' },
      ...{ status_text: '', status_emoji: '', image_512: `https://img.example/${id}.png` },
      ...email,
    },
  };
}

/** A message as it is listed: one that was answered tells how often, and when last. */
export function showMessage(channel: Channel, { metadata, ...message }: Message, isWhole = false) {
  const { ts, thread_ts } = message;
  const replies = channel.repliesTo(ts);
  const known = isWhole && metadata !== undefined ? { metadata } : {};
  const shown = { type: 'message', ...message, ...known };
  if (thread_ts !== undefined && thread_ts !== ts) {
    return { ...shown, parent_user_id: channel.find(thread_ts)?.user };
  }
  if (replies.length === 0) return shown;
  const users = [...new Set(replies.map(({ user }) => user))];
  return {
    ...shown,
    thread_ts: ts,
    ...{ reply_count: replies.length, reply_users_count: users.length, reply_users: users },
    ...{ latest_reply: replies.at(-1)?.ts, is_locked: false, subscribed: false },
  };
}
