import { Button, Code, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { beginTwoFactor, confirmTwoFactor } from '../../platform/auth.ts';
import { Form } from '../../ui/form.tsx';
import { Refusal } from '../../ui/refusal.tsx';
import { BackupCodeList } from './backup-codes.tsx';
import { PasswordDialog } from './password-dialog.tsx';
import { QrCode } from './qr-code.tsx';

type Begun = Awaited<ReturnType<typeof beginTwoFactor>>;
type SetupProps = { onClose: () => void; onDone: () => void };

/** In three steps: the password, a code of the new authenticator, the backup codes. */
export function TwoFactorSetup({ onClose, onDone }: SetupProps) {
  const [begun, setBegun] = useState<Begun>();
  const [isConfirmed, setConfirmed] = useState(false);
  const title = 'Set up two-factor sign-in';
  if (!begun) {
    return (
      <PasswordDialog
        title={title}
        action="Go on"
        work={beginTwoFactor}
        onDone={setBegun}
        onClose={onClose}
      />
    );
  }
  if (!isConfirmed) {
    return (
      <Modal opened onClose={onClose} title={title} closeOnClickOutside={false}>
        <Confirmation address={begun.address} onDone={() => setConfirmed(true)} />
      </Modal>
    );
  }
  return (
    <Modal opened onClose={onDone} title="Backup codes" closeOnClickOutside={false}>
      <Stack>
        <BackupCodeList codes={begun.backupCodes} />
        <Group justify="flex-end">
          <Button onClick={onDone}>I have saved them</Button>
        </Group>
      </Stack>
    </Modal>
  );
}

function Confirmation({ address, onDone }: { address: string; onDone: () => void }) {
  const [code, setCode] = useState('');
  const secret = URL.parse(address)?.searchParams.get('secret') ?? '';
  const confirming = useMutation({
    mutationFn: () => confirmTwoFactor(code.trim()),
    meta: { isQuiet: true },
    onSuccess: onDone,
  });
  return (
    <Form onSubmit={() => confirming.mutate()}>
      <Text size="sm">Scan this with your authenticator, or type the key into it.</Text>
      <Group justify="center">
        <QrCode text={address} label="QR code of the key below" />
      </Group>
      <Code block ta="center" aria-label="Key" style={{ whiteSpace: 'pre-wrap' }}>
        {secret.replace(/(.{4})(?=.)/g, '$1 ')}
      </Code>
      <Refusal error={confirming.error} />
      <TextInput
        label="Code that it shows"
        autoComplete="one-time-code"
        inputMode="numeric"
        data-autofocus
        required
        withAsterisk={false}
        value={code}
        onChange={(event) => setCode(event.currentTarget.value)}
      />
      <Group justify="flex-end">
        <Button type="submit" loading={confirming.isPending}>
          Confirm
        </Button>
      </Group>
    </Form>
  );
}
