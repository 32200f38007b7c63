import { Button, Group, Modal, PasswordInput, Stack } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
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
  const submit = (event: FormEvent) => {
    event.preventDefault();
    working.mutate();
  };
  return (
    <Modal opened onClose={onClose} title={title}>
      <form onSubmit={submit}>
        <Stack>
          {working.error && <Refusal error={working.error} />}
          <PasswordInput
            label="Your password"
            autoComplete="current-password"
            data-autofocus
            required
            withAsterisk={false}
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={working.isPending}>
              {action}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
