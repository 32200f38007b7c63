import {
  IconBold,
  IconCode,
  IconEye,
  IconItalic,
  IconLink,
  IconList,
  IconPaperclip,
} from '@tabler/icons-react';
import { type ReactNode, useRef } from 'react';
import classes from './composer.module.css';
import { linkSelection, prefixLines, surround } from './writing.ts';

type ComposerBarProps = {
  field: { current: HTMLTextAreaElement | null };
  isPreviewing: boolean;
  onPreview: () => void;
  onFiles: (files: File[]) => void;
  children: ReactNode;
};

/** Buttons that format the text, followed by those of the composer. */
export function ComposerBar(props: ComposerBarProps) {
  const { field, isPreviewing, onPreview, onFiles, children } = props;
  const on = (act: (field: HTMLTextAreaElement) => void) => () => {
    if (field.current) act(field.current);
  };
  return (
    <div className={classes.bar}>
      <div className={classes.tools} role="toolbar" aria-label="Formatting">
        <Tool label="Bold" off={isPreviewing} onPress={on((one) => surround(one, '*'))}>
          <IconBold size={17} />
        </Tool>
        <Tool label="Italic" off={isPreviewing} onPress={on((one) => surround(one, '/'))}>
          <IconItalic size={17} />
        </Tool>
        <Tool label="Code" off={isPreviewing} onPress={on((one) => surround(one, '`'))}>
          <IconCode size={17} />
        </Tool>
        <Tool label="List" off={isPreviewing} onPress={on((one) => prefixLines(one, '* '))}>
          <IconList size={17} />
        </Tool>
        <Tool label="Link" off={isPreviewing} onPress={on(linkSelection)}>
          <IconLink size={17} />
        </Tool>
        <AttachTool off={isPreviewing} onFiles={onFiles} />
        <Tool label="Preview" isPressed={isPreviewing} onPress={onPreview}>
          <IconEye size={17} />
        </Tool>
      </div>
      {children}
    </div>
  );
}

function AttachTool({ off, onFiles }: { off: boolean; onFiles: (files: File[]) => void }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        hidden
        multiple
        accept="image/*,video/*"
        onChange={(event) => {
          onFiles([...(event.currentTarget.files ?? [])]);
          event.currentTarget.value = '';
        }}
      />
      <Tool label="Attach an image or a video" off={off} onPress={() => input.current?.click()}>
        <IconPaperclip size={17} />
      </Tool>
    </>
  );
}

type ToolProps = {
  label: string;
  off?: boolean;
  isPressed?: boolean;
  onPress: () => void;
  children: ReactNode;
};

function Tool({ label, off = false, isPressed, onPress, children }: ToolProps) {
  return (
    <button
      type="button"
      className={classes.tool}
      title={label}
      aria-label={label}
      aria-pressed={isPressed}
      disabled={off}
      // The field keeps the focus, and with it the selection.
      onMouseDown={(event) => event.preventDefault()}
      onClick={onPress}
    >
      {children}
    </button>
  );
}
