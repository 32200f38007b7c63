import { Modal, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { nameLengthMax } from '../../../contract/messaging/shapes.ts';
import { DialogButtons, Form } from '../../ui/form.tsx';
import { messageOf } from '../../ui/states.tsx';
import { messaging } from '../api.ts';
import { homeQuery } from '../home.ts';
import { MembersMayChange } from './members-may-change.tsx';
import { type Privacy, PrivacyChoice } from './privacy-choice.tsx';

/** A dialog that opens a channel and goes there. */
export function NewChannel({ onClose }: { onClose: () => void }) {
  return (
    <Modal opened onClose={onClose} title="New channel">
      <NewChannelForm onClose={onClose} />
    </Modal>
  );
}

function NewChannelForm({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState('');
  const [description, setDescription] = useState('');
  const [privacy, setPrivacy] = useState<Privacy>('public');
  const [members_may_change, setMembersMayChange] = useState(true);
  const opening = useOpening(onClose);
  const submit = () =>
    opening.mutate({
      name: name.trim(),
      description: description.trim(),
      privacy,
      members_may_change,
    });
  return (
    <Form onSubmit={submit}>
      <TextInput
        label="Name"
        required
        withAsterisk={false}
        data-autofocus
        maxLength={nameLengthMax}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        error={opening.error && messageOf(opening.error)}
      />
      <Textarea
        label="What it is about"
        autosize
        maxLength={1_000}
        value={description}
        onChange={(event) => setDescription(event.currentTarget.value)}
      />
      <PrivacyChoice privacy={privacy} onChange={setPrivacy} />
      <MembersMayChange checked={members_may_change} onChange={setMembersMayChange} />
      <DialogButtons
        action="Open channel"
        onCancel={onClose}
        isPending={opening.isPending}
        disabled={name.trim() === ''}
      />
    </Form>
  );
}

type ChannelToOpen = {
  name: string;
  description: string;
  privacy: Privacy;
  members_may_change: boolean;
};

function useOpening(onClose: () => void) {
  const client = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: (body: ChannelToOpen) => messaging.openChannel({ body }),
    meta: { isQuiet: true },
    onSuccess: async ({ channel }) => {
      await client.invalidateQueries({ queryKey: homeQuery.queryKey });
      onClose();
      await navigate({ to: '/$id', params: { id: channel.channel_id } });
    },
  });
}
