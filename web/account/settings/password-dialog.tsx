import { Modal, PasswordInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { DialogButtons, Form } from '../../ui/form.tsx';
import { Refusal } from '../../ui/refusal.tsx';

type PasswordDialogProps<T> = {
  title: string;
  action: string;
  work: (password: string) => Promise<T>;
  onDone: (result: T) => void;
  onClose: () => void;
};

/** Asks for the password once more before something that matters. */
export function PasswordDialog<T>(props: PasswordDialogProps<T>) {
  const { title, action, work, onDone, onClose } = props;
  const [password, setPassword] = useState('');
  const working = useMutation({
    mutationFn: () => work(password),
    meta: { isQuiet: true },
    onSuccess: onDone,
  });
  return (
    <Modal opened onClose={onClose} title={title}>
      <Form onSubmit={() => working.mutate()}>
        <Refusal error={working.error} />
        <PasswordInput
          label="Your password"
          autoComplete="current-password"
          data-autofocus
          required
          withAsterisk={false}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <DialogButtons action={action} onCancel={onClose} isPending={working.isPending} />
      </Form>
    </Modal>
  );
}
