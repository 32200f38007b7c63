import { Button, Group, Modal, NativeSelect, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Role } from '../../../contract/platform/shapes.ts';
import { platform } from '../../platform/api.ts';
import { roleNames, rolesToGive } from '../../platform/people.ts';
import { useSession } from '../../platform/session.ts';
import { useSignInOptions } from '../../platform/sign-in-options.ts';
import { CopyField } from '../../ui/copy-field.tsx';
import { DialogButtons, Form } from '../../ui/form.tsx';
import { notify } from '../../ui/notify.ts';
import { Refusal } from '../../ui/refusal.tsx';
import { invitationsKey } from './queries.ts';

type Handed = { email: string; link: string };

/**
 * A dialog that invites somebody: by mail, or with a link to hand over where no mail can be sent.
 */
export function Invite({ onClose }: { onClose: () => void }) {
  const [handed, setHanded] = useState<Handed>();
  return (
    <Modal
      opened
      onClose={onClose}
      title={handed ? `Invitation for ${handed.email}` : 'Invite somebody'}
      closeOnClickOutside={!handed}
      size={handed ? 'lg' : 'md'}
    >
      {handed ? (
        <HandedLink link={handed.link} onDone={onClose} />
      ) : (
        <InviteForm onHanded={setHanded} onClose={onClose} />
      )}
    </Modal>
  );
}

type InviteFormProps = { onHanded: (handed: Handed) => void; onClose: () => void };

function InviteForm({ onHanded, onClose }: InviteFormProps) {
  const { member: own } = useSession();
  const [email, setEmail] = useState('');
  const [role, setRole] = useState<Role>('member');
  const sendsMail = useSignInOptions()?.mail !== false;
  const client = useQueryClient();
  const inviting = useMutation({
    mutationFn: () => platform.invite({ body: { email: email.trim(), role } }),
    meta: { isQuiet: true },
    onSuccess: ({ email, link }) => {
      void client.invalidateQueries({ queryKey: invitationsKey });
      if (link !== null) return onHanded({ email, link });
      notify(`A mail to ${email} is on its way.`);
      onClose();
    },
  });
  const choices = rolesToGive(own.role).map((value) => ({ value, label: roleNames[value] }));
  return (
    <Form onSubmit={() => inviting.mutate()}>
      <Refusal error={inviting.error} />
      {!sendsMail && (
        <Text size="sm">This server cannot send mail: you get a link to hand over yourself.</Text>
      )}
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
        description="Admins can invite people and manage members and the organization."
        data={choices}
        value={role}
        onChange={(event) => setRole(event.currentTarget.value as Role)}
      />
      <DialogButtons
        action={sendsMail ? 'Send the invitation' : 'Create the link'}
        onCancel={onClose}
        isPending={inviting.isPending}
        disabled={email.trim() === ''}
      />
    </Form>
  );
}

/** It is in this answer only. */
function HandedLink({ link, onDone }: { link: string; onDone: () => void }) {
  return (
    <Stack>
      <Text size="sm">
        Hand this link over yourself: it is shown only once, is valid for seven days and works once,
        and it does not verify the address.
      </Text>
      <CopyField label="Invitation link" value={link} />
      <Group justify="flex-end">
        <Button onClick={onDone}>Done</Button>
      </Group>
    </Stack>
  );
}
