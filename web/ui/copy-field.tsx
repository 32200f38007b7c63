import { Button, Group, Textarea, TextInput } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { type FocusEvent, useId } from 'react';
import classes from './copy-field.module.css';

type Props = { label: string; value: string; isLong?: boolean };

/** A text to copy: with a button, or selected as soon as it has the focus. */
export function CopyField({ label, value, isLong = false }: Props) {
  const id = useId();
  const clipboard = useClipboard();
  const copy = () => {
    clipboard.copy(value);
    selectIn(document.getElementById(id));
  };
  const field = {
    id,
    label,
    value,
    readOnly: true,
    spellCheck: false,
    dir: 'ltr',
    className: classes.text ?? '',
    style: { flex: 1 },
    onFocus: (event: FocusEvent<HTMLElement>) => selectIn(event.currentTarget),
    // Only https and localhost may write to the clipboard.
    error: clipboard.error ? 'It is selected: copy it with Ctrl or Cmd and C.' : undefined,
  };
  return (
    <Group align="flex-start" gap="xs" wrap="nowrap">
      {isLong ? <Textarea autosize {...field} /> : <TextInput {...field} />}
      <Button
        variant="default"
        mt={25}
        aria-label={`Copy: ${label}`}
        leftSection={clipboard.copied ? <IconCheck size={16} /> : <IconCopy size={16} />}
        onClick={copy}
      >
        <span aria-live="polite">{clipboard.copied ? 'Copied' : 'Copy'}</span>
      </Button>
    </Group>
  );
}

function selectIn(element: Element | null): void {
  if (element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement) {
    element.select();
  }
}
