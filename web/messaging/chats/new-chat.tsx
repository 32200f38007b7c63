import { Modal, MultiSelect, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { nameLengthMax } from '../../../contract/messaging/shapes.ts';
import { DialogButtons, Form } from '../../ui/form.tsx';
import { messageOf } from '../../ui/states.tsx';
import { messaging } from '../api.ts';
import { homeQuery, useHome } from '../home.ts';

/** A dialog that opens a chat, with one or several others, and goes there. */
export function NewChat({ onClose }: { onClose: () => void }) {
  return (
    <Modal opened onClose={onClose} title="New chat">
      <NewChatForm onClose={onClose} />
    </Modal>
  );
}

function NewChatForm({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState('');
  const [userIds, setUserIds] = useState<string[]>([]);
  const listing = useListing();
  const people = usePeople();
  const opening = useOpening(onClose);
  const isGroup = userIds.length > 1;
  const isComplete = userIds.length === 1 || (isGroup && name.trim() !== '');
  return (
    <Form
      onSubmit={() =>
        opening.mutate({ user_ids: userIds, ...(isGroup ? { name: name.trim() } : {}) })
      }
    >
      <MultiSelect
        label="With"
        placeholder={userIds.length === 0 ? 'Search for people' : ''}
        data-autofocus
        searchable
        selectFirstOptionOnChange
        limit={100}
        data={people}
        value={userIds}
        onChange={setUserIds}
        {...listing}
        nothingFoundMessage="Nobody has that name"
        error={opening.error && messageOf(opening.error)}
      />
      {isGroup && (
        <TextInput
          label="Name of the group"
          required
          withAsterisk={false}
          maxLength={nameLengthMax}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
      )}
      <DialogButtons
        action="Open chat"
        onCancel={onClose}
        isPending={opening.isPending}
        disabled={!isComplete}
      />
    </Form>
  );
}

/** The list closes once somebody is chosen: it would cover the buttons. */
function useListing() {
  const [isOpen, setOpen] = useState(false);
  return {
    dropdownOpened: isOpen,
    onDropdownOpen: () => setOpen(true),
    onDropdownClose: () => setOpen(false),
    onOptionSubmit: () => setOpen(false),
  };
}

/** People whom the member can chat with. */
function usePeople() {
  const { data } = useHome();
  return (data?.users ?? [])
    .filter((user) => user.is_active && user.user_id !== data?.user_id)
    .map((user) => ({
      value: user.user_id,
      label: user.kind === 'bot' ? `${user.name} (bot)` : user.name,
    }));
}

function useOpening(onClose: () => void) {
  const client = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: (body: { user_ids: string[]; name?: string }) => messaging.openChat({ body }),
    meta: { isQuiet: true },
    onSuccess: async ({ chat }) => {
      await client.invalidateQueries({ queryKey: homeQuery.queryKey });
      onClose();
      await navigate({ to: '/messages/$chatId', params: { chatId: chat.chat_id } });
    },
  });
}
