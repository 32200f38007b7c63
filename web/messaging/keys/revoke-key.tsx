import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Key } from '../../../contract/messaging/website/keys.ts';
import { notify } from '../../ui/notify.ts';
import { messageOf } from '../../ui/states.tsx';
import { messaging } from '../api.ts';
import { keysQuery } from './keys-query.ts';

/** Asks whether a key is to be revoked, and does it. */
export function RevokeKey({ entry, onClose }: { entry: Key; onClose: () => void }) {
  const client = useQueryClient();
  const revoking = useMutation({
    mutationFn: () => messaging.revokeKey({ params: { id: entry.id } }),
    meta: { isQuiet: true },
    onSuccess: async () => {
      await client.invalidateQueries(keysQuery);
      notify(`The key ${entry.name} no longer works.`);
      onClose();
    },
  });
  return (
    <Modal opened onClose={onClose} title="Revoke this key?">
      <Stack>
        <Text>
          What uses the key <strong dir="auto">{entry.name}</strong> (…{entry.last_four}) is refused
          from now on. This cannot be undone. What its bot has posted stays.
        </Text>
        {revoking.error && (
          <Text role="alert" c="var(--mantine-color-error)">
            {messageOf(revoking.error)}
          </Text>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} data-autofocus>
            Cancel
          </Button>
          <Button color="red" loading={revoking.isPending} onClick={() => revoking.mutate()}>
            Revoke
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
