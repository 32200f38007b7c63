import { Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { nameLengthMax } from '../../../contract/messaging/shapes.ts';
import type { ChatState } from '../../../contract/messaging/website/shapes.ts';
import { messageOf } from '../../ui/states.tsx';
import { messaging } from '../api.ts';
import { useRefreshHome } from '../live/home.ts';

type Props = { chat: ChatState; onClose: () => void };

/** A dialog that gives a group chat another name. */
export function RenameChat({ chat, onClose }: Props) {
  const [name, setName] = useState(chat.name);
  const refreshHome = useRefreshHome();
  const renaming = useMutation({
    mutationFn: () =>
      messaging.changeChat({ params: { chat_id: chat.chat_id }, body: { name: name.trim() } }),
    meta: { isQuiet: true },
    onSuccess: async () => {
      await refreshHome();
      onClose();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    renaming.mutate();
  };
  return (
    <Modal opened onClose={onClose} title="Rename this chat">
      <form onSubmit={submit}>
        <Stack>
          <TextInput
            label="Name"
            required
            withAsterisk={false}
            data-autofocus
            dir="auto"
            maxLength={nameLengthMax}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            error={renaming.error && messageOf(renaming.error)}
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={renaming.isPending} disabled={name.trim() === ''}>
              Rename
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
