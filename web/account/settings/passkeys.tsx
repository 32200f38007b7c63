import { ActionIcon, Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { IconFingerprint, IconPencil, IconTrash } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import {
  addPasskey,
  listPasskeys,
  type Passkey,
  removePasskey,
  renamePasskey,
  takesPasskeys,
} from '../../platform/passkeys.ts';
import { DialogButtons, Form } from '../../ui/form.tsx';
import { Refusal } from '../../ui/refusal.tsx';
import { Section } from '../../ui/section.tsx';
import { ErrorState, LoadingLines } from '../../ui/states.tsx';
import { Time } from '../../ui/time.tsx';

const queryKey = ['passkeys'];
type Naming = { title: string; name: string; save: (name: string) => Promise<void> };

/** Signing in with the lock of a device instead of a password. */
export function Passkeys() {
  const { data, error, refetch } = useQuery({ queryKey, queryFn: listPasskeys });
  const [naming, setNaming] = useState<Naming>();
  const add = () => setNaming({ title: 'Add a passkey', name: '', save: addPasskey });
  return (
    <Section
      title="Passkeys"
      description="Sign in with your fingerprint, face or a security key."
      actions={
        takesPasskeys() && (
          <Button variant="default" onClick={add}>
            Add a passkey
          </Button>
        )
      }
    >
      {error && <ErrorState error={error} retry={() => void refetch()} />}
      {!data && !error && <LoadingLines label="Loading passkeys" />}
      {data?.length === 0 && (
        <Text size="sm" c="dimmed">
          {takesPasskeys() ? 'You have none yet.' : 'This browser cannot use passkeys here.'}
        </Text>
      )}
      <Stack gap="xs" component="ul" p={0} m={0} style={{ listStyle: 'none' }}>
        {data?.map((passkey) => (
          <PasskeyRow key={passkey.id} passkey={passkey} onRename={setNaming} />
        ))}
      </Stack>
      {naming && <NameDialog {...naming} onClose={() => setNaming(undefined)} />}
    </Section>
  );
}

type RowProps = { passkey: Passkey; onRename: (naming: Naming) => void };

function PasskeyRow({ passkey, onRename }: RowProps) {
  const client = useQueryClient();
  const removing = useMutation({
    mutationFn: () => removePasskey(passkey.id),
    onSuccess: () => client.invalidateQueries({ queryKey }),
  });
  const name = passkey.name || 'Passkey';
  const save = (given: string) => renamePasskey(passkey.id, given);
  return (
    <Group component="li" wrap="nowrap" gap="sm">
      <IconFingerprint size={20} aria-hidden />
      <Text className="truncate" title={name} style={{ flex: 1 }}>
        {name}
      </Text>
      <Text size="sm" c="dimmed" visibleFrom="xs">
        added <Time at={passkey.createdAt} />
      </Text>
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={`Rename ${name}`}
        onClick={() => onRename({ title: 'Rename the passkey', name, save })}
      >
        <IconPencil size={18} />
      </ActionIcon>
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={`Remove ${name}`}
        loading={removing.isPending}
        onClick={() => removing.mutate()}
      >
        <IconTrash size={18} />
      </ActionIcon>
    </Group>
  );
}

function NameDialog({ title, name: before, save, onClose }: Naming & { onClose: () => void }) {
  const [name, setName] = useState(before);
  const client = useQueryClient();
  const saving = useMutation({
    mutationFn: () => save(name.trim()),
    meta: { isQuiet: true },
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey });
      onClose();
    },
  });
  return (
    <Modal opened onClose={onClose} title={title}>
      <Form onSubmit={() => saving.mutate()}>
        <Refusal error={saving.error} />
        <TextInput
          label="Name"
          placeholder="Laptop at the practice"
          data-autofocus
          required
          withAsterisk={false}
          maxLength={80}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <DialogButtons
          action={before === '' ? 'Go on' : 'Save'}
          onCancel={onClose}
          isPending={saving.isPending}
          disabled={name.trim() === ''}
        />
      </Form>
    </Modal>
  );
}
