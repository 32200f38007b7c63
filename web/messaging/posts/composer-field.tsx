import { Textarea } from '@mantine/core';
import type { ClipboardEvent, KeyboardEvent, RefObject } from 'react';
import classes from './composer.module.css';
import type { ComposerProps } from './composer-props.ts';
import type { Completion } from './use-completion.ts';
import { isAddress, isLinkable, linkSelection, surround } from './writing.ts';

type ComposerFieldProps = Pick<
  ComposerProps,
  'label' | 'placeholder' | 'sendWith' | 'autoFocus' | 'isCompact' | 'onCancel' | 'onArrowUp'
> & {
  field: RefObject<HTMLTextAreaElement | null>;
  text: string;
  isHidden: boolean;
  isBusy: boolean;
  completion: Completion;
  onText: (text: string) => void;
  onCaret: (at: number) => void;
  onFocus: (hasFocus: boolean) => void;
  onFiles: (files: File[]) => void;
  onSend: () => void;
};

/** The field of a composer, and its keys. */
export function ComposerField(props: ComposerFieldProps) {
  const { field, label, placeholder, text, isHidden, isBusy, completion, autoFocus } = props;
  const { isOpen, active, listId, optionId } = completion;
  return (
    <Textarea
      ref={field}
      variant="unstyled"
      autosize
      minRows={1}
      maxRows={14}
      classNames={{ input: classes.field ?? '' }}
      display={isHidden ? 'none' : 'block'}
      dir="auto"
      aria-label={label}
      placeholder={placeholder ?? label}
      value={text}
      readOnly={isBusy}
      data-autofocus={autoFocus || undefined}
      autoFocus={autoFocus ?? false}
      aria-autocomplete="list"
      aria-controls={isOpen ? listId : undefined}
      aria-activedescendant={isOpen ? optionId(active) : undefined}
      onChange={({ currentTarget }) => {
        props.onText(currentTarget.value);
        props.onCaret(currentTarget.selectionStart);
      }}
      onSelect={({ currentTarget }) => props.onCaret(currentTarget.selectionStart)}
      onFocus={() => props.onFocus(true)}
      onBlur={() => props.onFocus(false)}
      onKeyDown={(event) => takeKey(event, props)}
      onPaste={(event) => takePaste(event, props.onFiles)}
    />
  );
}

function takeKey(event: KeyboardEvent<HTMLTextAreaElement>, props: ComposerFieldProps): void {
  const { completion, text, sendWith = 'mod+enter', onSend, onCancel, onArrowUp } = props;
  if (completion.take(event)) return;
  const { key, shiftKey, altKey, currentTarget } = event;
  const isModified = event.ctrlKey || event.metaKey;
  const act = () => {
    if (key === 'Enter' && (isModified || (sendWith === 'enter' && !shiftKey && !altKey))) {
      return onSend;
    }
    if (key === 'Escape') return onCancel ?? (() => currentTarget.blur());
    if (key === 'ArrowUp' && text === '') return onArrowUp;
    if (isModified && key === 'b') return () => surround(currentTarget, '*');
    if (isModified && key === 'i') return () => surround(currentTarget, '/');
    return undefined;
  };
  const found = act();
  if (!found) return;
  event.preventDefault();
  found();
}

/**
 * Pasted files are uploaded, and those that cannot be sent are refused with the reason; when a
 * program offers a text as an image too, the text is taken. An address that is pasted onto selected
 * words becomes their link.
 */
function takePaste(
  event: ClipboardEvent<HTMLTextAreaElement>,
  onFiles: (files: File[]) => void,
): void {
  const { files, types } = event.clipboardData;
  const field = event.currentTarget;
  const address = event.clipboardData.getData('text/plain').trim();
  if (
    isAddress(address) &&
    isLinkable(field.value.slice(field.selectionStart, field.selectionEnd))
  ) {
    event.preventDefault();
    linkSelection(field, address);
    return;
  }
  const pasted = [...files];
  if (pasted.length === 0 || (types.includes('text/plain') && !names(pasted, address))) return;
  event.preventDefault();
  onFiles(pasted);
}

/** Whether a text consists only of the names of some files: file managers copy both. */
function names(files: readonly File[], text: string): boolean {
  const lines = text.split(/\r?\n/);
  return lines.every((line) => files.some(({ name }) => decodedOf(line).endsWith(name)));
}

function decodedOf(line: string): string {
  try {
    return line.startsWith('file:') ? decodeURIComponent(line) : line;
  } catch {
    return line;
  }
}
