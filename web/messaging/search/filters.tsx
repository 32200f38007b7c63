import { Select } from '@mantine/core';
import { nameOfChat } from '../home.ts';
import { type Home, useHome } from '../live/home.ts';
import type { Asked } from './found-posts.ts';

type Props = { asked: Asked; onChange: (change: Asked) => void };

/** The place and the author to search; each may be left open. */
export function Filters({ asked, onChange }: Props) {
  const { data: home } = useHome();
  if (!home) return null;
  return (
    <>
      <Select
        aria-label="Where"
        placeholder="Everywhere"
        searchable
        clearable
        selectFirstOptionOnChange
        limit={100}
        data={placesOf(home)}
        value={placeOf(asked)}
        onChange={(value) => onChange(chosen(value))}
        nothingFoundMessage="No such place"
        style={{ flex: '1 1 220px' }}
      />
      <Select
        aria-label="Author"
        placeholder="By anyone"
        searchable
        clearable
        selectFirstOptionOnChange
        limit={100}
        data={peopleOf(home)}
        value={asked.author ?? null}
        onChange={(value) => onChange({ author: value ?? undefined })}
        nothingFoundMessage="Nobody has that name"
        style={{ flex: '1 1 220px' }}
      />
    </>
  );
}

function placesOf(home: Home) {
  const channels = home.channels.map(({ channel_id, name }) => ({
    value: `channel:${channel_id}`,
    label: `#${name}`,
  }));
  const chats = home.chats
    .filter(({ deleted_at }) => deleted_at === null)
    .map((chat) => ({ value: `chat:${chat.chat_id}`, label: nameOfChat(home, chat) }));
  return [
    { group: 'Channels', items: channels.sort(byLabel) },
    { group: 'Chats', items: chats.sort(byLabel) },
  ];
}

function peopleOf({ users }: Home) {
  return users
    .map(({ user_id, name, kind }) => ({
      value: user_id,
      label: kind === 'bot' ? `${name} (bot)` : name,
    }))
    .sort(byLabel);
}

const byLabel = (one: { label: string }, other: { label: string }) =>
  one.label.localeCompare(other.label);

function placeOf({ channel, chat }: Asked): string | null {
  if (channel !== undefined) return `channel:${channel}`;
  return chat === undefined ? null : `chat:${chat}`;
}

function chosen(value: string | null): Asked {
  const [kind, id] = value?.split(':') ?? [];
  return {
    channel: kind === 'channel' ? id : undefined,
    chat: kind === 'chat' ? id : undefined,
  };
}
