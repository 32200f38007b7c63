import { nameOfChat } from '../home.ts';
import { useChannel, useChat, useHome } from '../live/home.ts';
import classes from './inbox.module.css';
import type { PostPlace } from './post-link.tsx';

/** The name of the channel or chat of a post. */
export function PlaceName({ channel_id, chat_id }: Pick<PostPlace, 'channel_id' | 'chat_id'>) {
  const { data: home } = useHome();
  const channel = useChannel(channel_id ?? '');
  const chat = useChat(chat_id ?? '');
  if (channel) return <bdi className={classes.name}>#{channel.name}</bdi>;
  if (!home || !chat) return chat_id === null ? 'a channel' : 'a chat';
  const name = <bdi className={classes.name}>{nameOfChat(home, chat)}</bdi>;
  return chat.is_direct ? <>your chat with {name}</> : name;
}
