import { Button, Group, Stack } from '@mantine/core';
import type { FormEvent, ReactNode } from 'react';

type FormProps = { onSubmit: () => void; maxWidth?: number; children: ReactNode };

/** Fields in a column; Enter in any of them submits. */
export function Form({ onSubmit, maxWidth, children }: FormProps) {
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSubmit();
  };
  return (
    <form onSubmit={submit}>
      <Stack {...(maxWidth === undefined ? {} : { maw: maxWidth })}>{children}</Stack>
    </form>
  );
}

type DialogButtonsProps = {
  /** The label of the button that submits: what it does. */
  action: string;
  onCancel: () => void;
  isPending: boolean;
  disabled?: boolean;
};

/** The last row of a form in a dialog. */
export function DialogButtons({ action, onCancel, isPending, disabled }: DialogButtonsProps) {
  return (
    <Group justify="flex-end">
      <Button variant="default" onClick={onCancel}>
        Cancel
      </Button>
      <Button type="submit" loading={isPending} disabled={disabled === true}>
        {action}
      </Button>
    </Group>
  );
}
