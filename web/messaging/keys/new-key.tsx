import { Alert, Anchor, Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { nameLengthMax } from '../../../contract/messaging/shapes.ts';
import { CopyField } from '../../ui/copy-field.tsx';
import { messageOf } from '../../ui/states.tsx';
import { messaging } from '../api.ts';
import classes from './keys.module.css';
import { keysQuery } from './keys-query.ts';

type Props = { opened: boolean; onClose: () => void };
type Made = { name: string; text: string };

/** A dialog that makes a key, and shows it once. */
export function NewKey({ opened, onClose }: Props) {
  const [made, setMade] = useState<Made>();
  // It cannot be shown again: only its own button closes it.
  const mayClose = made === undefined;
  const close = () => {
    onClose();
    setMade(undefined);
  };
  return (
    <Modal
      opened={opened}
      onClose={close}
      title={made ? 'Keep this key' : 'New API key'}
      closeOnClickOutside={mayClose}
      closeOnEscape={mayClose}
      withCloseButton={mayClose}
      size={made ? 'lg' : 'md'}
    >
      {made ? <MadeKey made={made} onDone={close} /> : <Naming onMade={setMade} onClose={close} />}
    </Modal>
  );
}

function Naming({ onMade, onClose }: { onMade: (made: Made) => void; onClose: () => void }) {
  const [name, setName] = useState('');
  const client = useQueryClient();
  const making = useMutation({
    mutationFn: () => messaging.makeKey({ body: { name: name.trim() } }),
    meta: { isQuiet: true },
    onSuccess: ({ key, text }) => {
      void client.invalidateQueries(keysQuery);
      onMade({ name: key.name, text });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    making.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <TextInput
          label="Name"
          description="Also what its bot is called."
          required
          withAsterisk={false}
          data-autofocus
          maxLength={nameLengthMax}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={making.error && messageOf(making.error)}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={making.isPending} disabled={name.trim() === ''}>
            Make key
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function MadeKey({ made, onDone }: { made: Made; onDone: () => void }) {
  const command = `curl -H 'Authorization: Bearer ${made.text}' ${location.origin}/api/public/ping`;
  return (
    <Stack>
      <Alert
        color="orange"
        title="It is shown only once"
        classNames={{ title: classes.warning ?? '' }}
      >
        Copy the key to where it will be used. Whoever has it can post as {made.name}; keep it out
        of chats and mails.
      </Alert>
      <CopyField label="The key" value={made.text} />
      <div>
        <CopyField label="Try it" value={command} isLong />
        <Text size="sm" c="dimmed" mt={4}>
          It answers with the name of the key.{' '}
          <Anchor href="/docs" inherit underline="always">
            What else a bot can do
          </Anchor>
        </Text>
      </div>
      <Group justify="flex-end">
        <Button onClick={onDone}>I have saved it</Button>
      </Group>
    </Stack>
  );
}
