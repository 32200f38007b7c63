import { ActionIcon, Button, Group, Modal, MultiSelect, Stack, Text } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { ChatState, UserState } from '../../../contract/messaging/website/shapes.ts';
import { administers, useSession } from '../../platform/session.ts';
import { counted } from '../../ui/counted.ts';
import { Face } from '../../ui/face.tsx';
import { Question } from '../../ui/question.tsx';
import { messageOf } from '../../ui/states.tsx';
import { messaging } from '../api.ts';
import { useMe, useRefreshHome, useUsers } from '../live/home.ts';
import classes from './chats.module.css';

type Props = { chat: ChatState; onClose: () => void };

/** A dialog that shows who is in a group chat, adds people and removes them. */
export function PeopleOfChat({ chat, onClose }: Props) {
  const members = useUsers().filter((user) => chat.member_ids.includes(user.user_id));
  const [leaving, setLeaving] = useState<UserState>();
  const mayRemove = useMayRemove(chat);
  const me = useMe();
  if (leaving) {
    return <RemovePerson chat={chat} user={leaving} onClose={() => setLeaving(undefined)} />;
  }
  return (
    <Modal opened onClose={onClose} title="People in this chat">
      <Stack>
        <AddPeople chat={chat} />
        <ul className={classes.people} aria-label={counted(members.length, 'person', 'people')}>
          {members.map((user) => (
            <li key={user.user_id} className={classes.person}>
              <Face name={user.name} isBot={user.kind === 'bot'} size={30} />
              <Text className="truncate" title={user.name} dir="auto" style={{ flex: 1 }}>
                {user.user_id === me ? `${user.name} (you)` : user.name}
              </Text>
              {mayRemove && user.user_id !== me && (
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  aria-label={`Remove ${user.name}`}
                  onClick={() => setLeaving(user)}
                >
                  <IconX size={16} />
                </ActionIcon>
              )}
            </li>
          ))}
        </ul>
      </Stack>
    </Modal>
  );
}

/** The creator of the chat, owners and admins; everybody once the creator has left. */
function useMayRemove({ opened_by, member_ids }: ChatState): boolean {
  const session = useSession();
  const me = useMe();
  const isLed = opened_by !== null && member_ids.includes(opened_by);
  return !isLed || opened_by === me || administers(session);
}

type RemovePersonProps = { chat: ChatState; user: UserState; onClose: () => void };

function RemovePerson({ chat, user, onClose }: RemovePersonProps) {
  const removing = useMemberChange((user_id) =>
    messaging.removeChatMember({ params: { chat_id: chat.chat_id, user_id } }),
  );
  return (
    <Question
      title={`Remove ${user.name} from this chat?`}
      action="Remove"
      onYes={() => removing.mutate([user.user_id], { onSuccess: onClose })}
      onClose={onClose}
      isPending={removing.isPending}
      error={removing.error}
    >
      They will no longer see this chat unless somebody adds them again.
    </Question>
  );
}

function AddPeople({ chat }: { chat: ChatState }) {
  const [chosen, setChosen] = useState<string[]>([]);
  const adding = useMemberChange((user_id) =>
    messaging.addChatMember({ params: { chat_id: chat.chat_id, user_id } }),
  );
  const addable = useUsers()
    .filter((user) => user.is_active && !chat.member_ids.includes(user.user_id))
    .map(({ user_id, name, kind }) => ({
      value: user_id,
      label: kind === 'bot' ? `${name} (bot)` : name,
    }));
  return (
    <Group align="flex-end" wrap="nowrap">
      <MultiSelect
        label="Add people"
        placeholder={chosen.length === 0 ? 'Search for people' : ''}
        searchable
        selectFirstOptionOnChange
        hidePickedOptions
        limit={100}
        data={addable}
        value={chosen}
        onChange={setChosen}
        nothingFoundMessage="Nobody else has that name"
        error={adding.error && messageOf(adding.error)}
        style={{ flex: 1, minWidth: 0 }}
      />
      <Button
        disabled={chosen.length === 0}
        loading={adding.isPending}
        onClick={() => adding.mutate(chosen, { onSuccess: () => setChosen([]) })}
      >
        Add
      </Button>
    </Group>
  );
}

/** One after the other; those that succeeded stay when a later one fails. */
function useMemberChange(change: (userId: string) => Promise<unknown>) {
  const refreshHome = useRefreshHome();
  return useMutation({
    mutationFn: async (userIds: string[]) => {
      for (const id of userIds) await change(id);
    },
    meta: { isQuiet: true },
    onSettled: refreshHome,
  });
}
