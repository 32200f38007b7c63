import { Button, Popover, Text } from '@mantine/core';
import { type ReactNode, useImperativeHandle, useMemo, useRef, useState } from 'react';
import { isBlank } from '../../../contract/messaging/text.ts';
import { counted } from '../../ui/counted.ts';
import { messageOf } from '../../ui/states.tsx';
import { reads, useAudience } from './audience.ts';
import classes from './composer.module.css';
import { ComposerBar } from './composer-bar.tsx';
import { ComposerField } from './composer-field.tsx';
import type { ComposerHandle, ComposerProps } from './composer-props.ts';
import { useDraft } from './draft.ts';
import { useFileDrop } from './file-drop.ts';
import { charactersLeft } from './limits.ts';
import { Outsiders } from './outsiders.tsx';
import { inMain } from './overlay.ts';
import { usePeople } from './people.ts';
import { PeopleList } from './people-list.tsx';
import { Preview } from './preview.tsx';
import { References } from './references.ts';
import { mentionTyped } from './typed-mentions.ts';
import { UploadList } from './upload-list.tsx';
import { useCompletion } from './use-completion.ts';
import { useOpening } from './use-opening.ts';
import { useUploads } from './use-uploads.ts';
import { asLabel, ownLine } from './writing.ts';

export type { ComposerHandle, ComposerProps };

/** A field to write a post in. */
export function Composer(props: ComposerProps) {
  // The state of one place must not be carried to another.
  return <ComposerForm key={props.draftKey} {...props} />;
}

function ComposerForm(props: ComposerProps) {
  const { place, isCompact = false } = props;
  const writing = useWriting(props);
  const { text, isPreviewing, setPreviewing, completion, uploads } = writing;
  const left = charactersLeft(place, writing.meant);
  const isSendable = !isBlank(text) && !uploads.isUploading && (left ?? 0) >= 0;
  const sending = useSending(props, writing.meant, isSendable, writing.clear);
  const box = useBox(writing, isCompact);
  return (
    <Popover opened={completion.isOpen} width="target" position="top-start" {...listSettings}>
      <Popover.Target>
        <div className={classes.composer} {...box}>
          <Preview {...writing} text={writing.meant} place={place} onSend={sending.send} />
          <ComposerField
            {...props}
            field={writing.field}
            text={writing.shown}
            isHidden={isPreviewing}
            isBusy={sending.isBusy}
            completion={completion}
            onText={writing.setShown}
            onCaret={writing.setCaret}
            onFocus={writing.setFocus}
            onFiles={uploads.add}
            onSend={sending.send}
          />
          <UploadList uploads={uploads.uploads} onRetry={uploads.retry} />
          <Outsiders text={writing.meant} />
          {sending.error !== undefined && <Failure>{messageOf(sending.error)}</Failure>}
          <ComposerBar
            field={writing.field}
            isPreviewing={isPreviewing}
            onPreview={() => setPreviewing(!isPreviewing)}
            onFiles={uploads.add}
          >
            <CharactersLeft count={left} />
            <Buttons {...props} isSendable={isSendable} sending={sending} />
          </ComposerBar>
        </div>
      </Popover.Target>
      <Popover.Dropdown p={4}>
        <PeopleList completion={completion} />
      </Popover.Dropdown>
    </Popover>
  );
}

/** The box around the field: it accepts files, and is small while nobody uses it. */
function useBox({ text, uploads }: ReturnType<typeof useWriting>, isCompact: boolean) {
  const drop = useFileDrop(uploads.add);
  const opening = useOpening();
  const isUnused = text === '' && uploads.uploads.length === 0 && !opening.isOpen;
  return {
    'data-compact': (isCompact && isUnused) || undefined,
    'data-dropping': drop.isOver || undefined,
    ...drop.handlers,
    ...opening.handlers,
  };
}

const listSettings = {
  withRoles: false,
  portalProps: inMain,
  trapFocus: false,
  closeOnEscape: false,
  closeOnClickOutside: false,
  shadow: 'md',
  transitionProps: { duration: 0 },
} as const;

/** The text, and everything that changes it. */
function useWriting({ place, draftKey, initialText = '', onCancel, ref }: ComposerProps) {
  const [text, setText, latest] = useDraft(draftKey, initialText, (heard) => {
    if (heard === undefined) onCancel?.();
    else references.addAll(heard);
  });
  const [references] = useState(() => new References(text));
  const shown = references.shorten(text);
  const meant = useMeant(text);
  const setShown = (next: string) => setText(references.restore(next));
  const [caret, setCaret] = useState(shown.length);
  const [isPreviewing, setPreviewing] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  const [hasFocus, setFocus] = useState(false);
  const completion = useCompletion(shown, hasFocus ? caret : undefined, field, references);
  const uploads = useUploads(draftKey, ({ file_id, name }) => {
    const before = references.shorten(latest.current);
    const at = field.current?.selectionStart ?? before.length;
    const added = ownLine(place, before, at, references.add(`<!${file_id}|${asLabel(name)}>`));
    setShown(before.slice(0, at) + added + before.slice(at));
    setCaret(at + added.length);
  });
  useImperativeHandle(ref, () => ({
    focus: () => field.current?.focus(),
    write: (added) => {
      setPreviewing(false);
      references.addAll(added);
      setText(text.trim() === '' ? added : `${added}\n\n${text}`);
      field.current?.focus();
    },
  }));
  const clear = () => {
    setText('');
    setCaret(0);
    setPreviewing(false);
  };
  return {
    text,
    meant,
    shown,
    setShown,
    setCaret,
    setFocus,
    isPreviewing,
    setPreviewing,
    field,
    completion,
    uploads,
    clear,
  };
}

/** The text with mentions in place of full names that were typed. */
function useMeant(text: string): string {
  const users = usePeople();
  const audience = useAudience();
  return useMemo(
    () => mentionTyped(text, users, (id) => reads(audience, id)),
    [text, users, audience],
  );
}

function useSending(
  { onSubmit }: ComposerProps,
  text: string,
  isSendable: boolean,
  onSent: () => void,
) {
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const send = async () => {
    if (!isSendable || isBusy) return;
    setError(undefined);
    const answer = onSubmit(text.replace(/^(\s*\n)+/, '').trimEnd());
    if (!answer) return onSent();
    setBusy(true);
    try {
      await answer;
      onSent();
    } catch (thrown) {
      setError(thrown);
    } finally {
      setBusy(false);
    }
  };
  return { isBusy, error, send: () => void send() };
}

type ButtonsProps = ComposerProps & {
  isSendable: boolean;
  sending: ReturnType<typeof useSending>;
};

function Buttons({ onCancel, submitLabel = 'Send', isSendable, sending }: ButtonsProps) {
  return (
    <div className={classes.buttons}>
      {onCancel && (
        <Button size="compact-md" variant="subtle" color="gray" onClick={onCancel}>
          Cancel
        </Button>
      )}
      <Button
        size="compact-md"
        disabled={!isSendable}
        loading={sending.isBusy}
        // The field keeps the focus.
        onMouseDown={(event) => event.preventDefault()}
        onClick={sending.send}
      >
        {submitLabel}
      </Button>
    </div>
  );
}

function CharactersLeft({ count }: { count: number | undefined }) {
  if (count === undefined) return null;
  return (
    <Text size="xs" role="status" c={count < 0 ? 'var(--mantine-color-error)' : 'dimmed'}>
      {count < 0
        ? `${counted(-count, 'character')} too long`
        : `${counted(count, 'character')} left`}
    </Text>
  );
}

function Failure({ children }: { children: ReactNode }) {
  return (
    <Text size="sm" px={12} pb={6} c="var(--mantine-color-error)" role="alert">
      {children}
    </Text>
  );
}
