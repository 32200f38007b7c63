import { IconUsers } from '@tabler/icons-react';
import type { ChatState } from '../../../contract/messaging/website/shapes.ts';
import { Face } from '../../ui/face.tsx';
import { useMe, useUsers } from '../live/home.ts';
import classes from './chats.module.css';

const namesMax = 4;

/** The name of a chat, with the face of the other member or a sign for a group. */
export function ChatTitle({ chat, name }: { chat: ChatState; name: string }) {
  const me = useMe();
  const users = useUsers();
  const otherId = chat.member_ids.find((id) => id !== me) ?? me;
  const other = users.find((user) => user.user_id === otherId);
  return (
    <span className={classes.title}>
      {chat.is_direct ? (
        <Face name={name} isBot={other?.kind === 'bot'} size={26} />
      ) : (
        <IconUsers size={20} aria-hidden />
      )}
      <bdi className="truncate">{name}</bdi>
    </span>
  );
}

/** The members of a chat, in one line. */
export function Members({ chat }: { chat: ChatState }) {
  const me = useMe();
  const users = useUsers();
  const members = users.filter((user) => chat.member_ids.includes(user.user_id));
  if (chat.is_direct) {
    const other = members.find((user) => user.user_id !== me);
    if (!other) return 'Notes to yourself';
    if (!other.is_active) return 'No longer in the organization';
    if (chat.is_closed) return 'From before they left the organization';
    return other.kind === 'bot' ? 'A bot' : 'Between the two of you';
  }
  const others = members.filter((user) => user.user_id !== me);
  const named = others.slice(0, namesMax).map((user) => user.name);
  const more = others.length - named.length;
  const parts = ['You', ...named, ...(more > 0 ? [`${more} more`] : [])];
  return new Intl.ListFormat('en').format(parts);
}
