import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { messageOf } from './states.tsx';

type QuestionProps = {
  title: string;
  /** The label of the button that goes ahead: what it does. */
  action: string;
  /** The label of the button that changes nothing. */
  otherwise?: string;
  /** False if the element that had the focus is gone afterwards. */
  returnFocus?: boolean;
  onYes: () => void;
  onClose: () => void;
  isPending: boolean;
  error?: Error | null;
  children: ReactNode;
};

/** A dialog that asks before something is done that others notice. */
export function Question(props: QuestionProps) {
  const { title, action, onYes, onClose, isPending, error, children } = props;
  const { otherwise = 'Cancel', returnFocus = true } = props;
  // Without a header: it may be above another dialog, and a page has one of each name.
  return (
    <Modal.Root opened onClose={onClose} returnFocus={returnFocus} centered>
      <Modal.Overlay />
      <Modal.Content>
        <Modal.Body>
          <Stack>
            <Modal.Title>{title}</Modal.Title>
            <Text>{children}</Text>
            {error && (
              <Text role="alert" c="var(--mantine-color-error)">
                {messageOf(error)}
              </Text>
            )}
            <Group justify="flex-end">
              <Button variant="default" onClick={onClose} data-autofocus>
                {otherwise}
              </Button>
              <Button color="red" loading={isPending} onClick={onYes}>
                {action}
              </Button>
            </Group>
          </Stack>
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}
