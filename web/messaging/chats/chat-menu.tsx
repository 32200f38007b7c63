import { ActionIcon, Menu } from '@mantine/core';
import { IconDoorExit, IconDots, IconPencil, IconUsers } from '@tabler/icons-react';
import { useState } from 'react';
import type { ChatState } from '../../../contract/messaging/website/shapes.ts';
import { LeaveChat } from './leave-chat.tsx';
import { PeopleOfChat } from './people-of-chat.tsx';
import { RenameChat } from './rename-chat.tsx';

const items = [
  { key: 'people', label: 'People', Icon: IconUsers },
  { key: 'rename', label: 'Rename', Icon: IconPencil },
  { key: 'leave', label: 'Leave', Icon: IconDoorExit },
] as const;

type Chosen = (typeof items)[number]['key'];

/** What can be done to a group chat. */
export function ChatMenu({ chat }: { chat: ChatState }) {
  const [chosen, setChosen] = useState<Chosen>();
  const close = () => setChosen(undefined);
  return (
    <>
      <Menu position="bottom-end" width={180}>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" size="lg" aria-label="About this chat">
            <IconDots size={20} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {items.map(({ key, label, Icon }) => (
            <Menu.Item
              key={key}
              leftSection={<Icon size={16} aria-hidden />}
              onClick={() => setChosen(key)}
            >
              {label}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      {chosen === 'people' && <PeopleOfChat chat={chat} onClose={close} />}
      {chosen === 'rename' && <RenameChat chat={chat} onClose={close} />}
      {chosen === 'leave' && <LeaveChat chat={chat} onClose={close} />}
    </>
  );
}
