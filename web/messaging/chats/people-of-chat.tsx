import { ActionIcon, Button, Group, Modal, MultiSelect, Stack, Text } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { ChatState } from '../../../contract/messaging/website/shapes.ts';
import { messaging } from '../../api.ts';
import { counted } from '../../ui/counted.ts';
import { Face } from '../../ui/face.tsx';
import { messageOf } from '../../ui/states.tsx';
import { useMe, useRefreshHome, useUsers } from '../live/home.ts';
import classes from './chats.module.css';

type Props = { chat: ChatState; onClose: () => void };

/** A dialog that shows who is in a group chat, adds people and takes them out. */
export function PeopleOfChat({ chat, onClose }: Props) {
  const me = useMe();
  const members = useUsers().filter((user) => chat.member_ids.includes(user.user_id));
  const removing = useMemberChange((user_id) =>
    messaging.removeChatMember({ params: { chat_id: chat.chat_id, user_id } }),
  );
  return (
    <Modal opened onClose={onClose} title="People in this chat">
      <Stack>
        <AddPeople chat={chat} />
        {removing.error && (
          <Text role="alert" c="var(--mantine-color-error)">
            {messageOf(removing.error)}
          </Text>
        )}
        <ul className={classes.people} aria-label={counted(members.length, 'person', 'people')}>
          {members.map(({ user_id, name, kind }) => (
            <li key={user_id} className={classes.person}>
              <Face name={name} isBot={kind === 'bot'} size={30} />
              <Text className="truncate" title={name} dir="auto" style={{ flex: 1 }}>
                {user_id === me ? `${name} (you)` : name}
              </Text>
              {user_id !== me && (
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  aria-label={`Take ${name} out`}
                  disabled={removing.isPending}
                  onClick={() => removing.mutate([user_id])}
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

/** One after the other; those that went well stay so when a later one fails. */
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
