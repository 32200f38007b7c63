import { ActionIcon, Text, Tooltip, UnstyledButton } from '@mantine/core';
import { IconHash, IconListSearch, IconLock, IconPlus, IconUsers } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useId } from 'react';
import { administers, useSession } from '../../platform/session.ts';
import { Face } from '../../ui/face.tsx';
import classes from '../../ui/navigation.module.css';
import { usePartDialog } from '../../ui/part-dialog.ts';
import { Unread } from '../../ui/unread.tsx';
import { type Home, nameOfChat, unreadIn } from '../home.ts';
import { parts } from '../parts.ts';

const NewChannel = parts.lazy(() => import('../channels/new-channel.tsx'), 'NewChannel');
const AllChannels = parts.lazy(() => import('../channels/all-channels.tsx'), 'AllChannels');
const NewChat = parts.lazy(() => import('../chats/new-chat.tsx'), 'NewChat');

/** The member's channels by name, and the way to all others. */
export function Channels({ home }: { home: Home }) {
  const [isOpening, opening] = usePartDialog(NewChannel);
  const [isLooking, looking] = usePartDialog(AllChannels);
  // They can find the private channels that they are not in there.
  const isAdministrator = administers(useSession());
  const joined = new Set(home.joined_channel_ids);
  const channels = home.channels
    .filter(({ channel_id, is_archived }) => joined.has(channel_id) && !is_archived)
    .sort((one, other) => one.name.localeCompare(other.name));
  return (
    <Section title="Channels" add="New channel" onAdd={opening.open}>
      {channels.map(({ channel_id, name, privacy }) => (
        <li key={channel_id}>
          <Link to="/$id" params={{ id: channel_id }} className={classes.link ?? ''}>
            {privacy === 'private' ? (
              <IconLock size={17} aria-label="Private" />
            ) : (
              <IconHash size={17} aria-hidden />
            )}
            <Entry name={name} unread={unreadIn(home, 'channel', channel_id)} />
          </Link>
        </li>
      ))}
      {channels.length === 0 && <Nothing>You are in no channel yet.</Nothing>}
      {(isAdministrator || home.channels.length > channels.length) && (
        <li>
          <UnstyledButton
            className={`${classes.link} ${classes.more}`}
            aria-haspopup="dialog"
            onClick={looking.open}
          >
            <IconListSearch size={17} aria-hidden />
            All channels
          </UnstyledButton>
        </li>
      )}
      {isLooking && <AllChannels home={home} onClose={looking.close} />}
      {isOpening && <NewChannel onClose={opening.close} />}
    </Section>
  );
}

/** The chats, the latest active first. */
export function Chats({ home }: { home: Home }) {
  const [isOpening, opening] = usePartDialog(NewChat);
  const chats = home.chats
    .filter(({ deleted_at }) => deleted_at === null)
    .sort((one, other) => (other.last_at ?? '').localeCompare(one.last_at ?? ''));
  return (
    <Section title="Chats" add="New chat" onAdd={opening.open}>
      {chats.map((chat) => {
        const name = nameOfChat(home, chat);
        return (
          <li key={chat.chat_id}>
            <Link
              to="/messages/$chatId"
              params={{ chatId: chat.chat_id }}
              className={classes.link ?? ''}
            >
              {chat.is_direct ? (
                <Face name={name} size={20} />
              ) : (
                <IconUsers size={18} aria-hidden />
              )}
              <Entry name={name} unread={unreadIn(home, 'chat', chat.chat_id)} />
            </Link>
          </li>
        );
      })}
      {chats.length === 0 && <Nothing>No chats yet.</Nothing>}
      {isOpening && <NewChat onClose={opening.close} />}
    </Section>
  );
}

type SectionProps = { title: string; add: string; onAdd: () => void; children: ReactNode };

function Section({ title, add, onAdd, children }: SectionProps) {
  const id = useId();
  return (
    <section aria-labelledby={id}>
      <div className={classes.section}>
        <h2 id={id} className={classes.sectionTitle}>
          {title}
        </h2>
        <Tooltip label={add}>
          <ActionIcon variant="subtle" color="gray" aria-label={add} onClick={onAdd}>
            <IconPlus size={16} />
          </ActionIcon>
        </Tooltip>
      </div>
      <ul className={classes.list}>{children}</ul>
    </section>
  );
}

function Entry({ name, unread }: { name: string; unread: number }) {
  return (
    <>
      <span className={`${classes.grow} truncate ${unread > 0 ? classes.unread : ''}`} title={name}>
        {name}
      </span>
      <Unread count={unread} />
    </>
  );
}

function Nothing({ children }: { children: ReactNode }) {
  return (
    <Text component="li" size="sm" c="dimmed" px={8} py={4}>
      {children}
    </Text>
  );
}
