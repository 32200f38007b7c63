import { Modal, NativeSelect, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Role } from '../../../contract/platform/shapes.ts';
import { platform } from '../../api.ts';
import { DialogButtons, Form } from '../../ui/form.tsx';
import { notify } from '../../ui/notify.ts';
import { Refusal } from '../../ui/refusal.tsx';
import { roleNames, rolesToGive } from '../people.ts';
import { useSession } from '../session.ts';
import { useSignInOptions } from '../sign-in-options.ts';
import { invitationsKey } from './queries.ts';

/** A dialog that sends somebody an invitation by mail. */
export function Invite({ onClose }: { onClose: () => void }) {
  return (
    <Modal opened onClose={onClose} title="Invite somebody">
      <InviteForm onClose={onClose} />
    </Modal>
  );
}

function InviteForm({ onClose }: { onClose: () => void }) {
  const { member: own } = useSession();
  const [email, setEmail] = useState('');
  const [role, setRole] = useState<Role>('member');
  const sendsMail = useSignInOptions()?.mail !== false;
  const client = useQueryClient();
  const inviting = useMutation({
    mutationFn: () => platform.invite({ body: { email: email.trim(), role } }),
    meta: { isQuiet: true },
    onSuccess: async ({ email }) => {
      await client.invalidateQueries({ queryKey: invitationsKey });
      notify(
        sendsMail
          ? `A mail to ${email} is on its way.`
          : `${email} is invited, but no mail is sent.`,
      );
      onClose();
    },
  });
  const choices = rolesToGive(own.role).map((value) => ({ value, label: roleNames[value] }));
  return (
    <Form onSubmit={() => inviting.mutate()}>
      <Refusal error={inviting.error} />
      {!sendsMail && <NoMail />}
      <TextInput
        label="E-mail"
        inputMode="email"
        data-autofocus
        required
        withAsterisk={false}
        value={email}
        onChange={(event) => setEmail(event.currentTarget.value)}
      />
      <NativeSelect
        label="Role"
        description="Admins invite, and change members and the organization."
        data={choices}
        value={role}
        onChange={(event) => setRole(event.currentTarget.value as Role)}
      />
      <DialogButtons
        action="Send the invitation"
        onCancel={onClose}
        isPending={inviting.isPending}
        disabled={email.trim() === ''}
      />
    </Form>
  );
}

function NoMail() {
  return (
    <Text size="sm">
      This server sends no mail yet, so the link stays in its outbox. Ask whoever runs it to set up
      a mail server first.
    </Text>
  );
}
