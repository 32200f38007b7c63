import type { Ref } from 'react';
import type { PostPlace } from './post.ts';

export type ComposerHandle = {
  focus: () => void;
  /** Puts a text into the field, before its content. */
  write: (text: string) => void;
};

export type ComposerProps = {
  place: PostPlace;
  /** The purpose of the field, for screen readers. */
  label: string;
  placeholder?: string;
  submitLabel?: string;
  /** Which key sends; with `enter`, Shift+Enter begins a new line. */
  sendWith?: 'enter' | 'mod+enter';
  /** The key under which a draft and its uploads are kept. */
  draftKey: string;
  /** The initial text, unless there is a draft. */
  initialText?: string;
  autoFocus?: boolean;
  /** One line high until it is used. */
  isCompact?: boolean;
  /** The text stays until the promise resolves; its error is shown. */
  onSubmit: (text: string) => void | Promise<void>;
  /** On the Escape key and on a button; without it Escape leaves the field. */
  onCancel?: () => void;
  /** On the arrow up in an empty field. */
  onArrowUp?: () => void;
  ref?: Ref<ComposerHandle>;
};
