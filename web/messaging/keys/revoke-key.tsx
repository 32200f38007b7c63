import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Key } from '../../../contract/messaging/website/keys.ts';
import { notify } from '../../ui/notify.ts';
import { Question } from '../../ui/question.tsx';
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
    <Question
      title="Revoke this key?"
      action="Revoke"
      onYes={() => revoking.mutate()}
      onClose={onClose}
      isPending={revoking.isPending}
      error={revoking.error}
    >
      What uses the key <strong dir="auto">{entry.name}</strong> (…{entry.last_four}) is refused
      from now on. This cannot be undone. What its bot has posted stays.
    </Question>
  );
}
