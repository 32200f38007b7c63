import type { Ref } from 'react';
import type { PostPlace } from './post.ts';

export type ComposerHandle = {
  focus: () => void;
  /** Puts a text into the field, before what is there. */
  write: (text: string) => void;
};

export type ComposerProps = {
  place: PostPlace;
  /** What the field is for, for readers of the screen. */
  label: string;
  placeholder?: string;
  submitLabel?: string;
  /** Which key sends; with `enter`, Shift+Enter begins a new line. */
  sendWith?: 'enter' | 'mod+enter';
  /** Under which name a draft is kept, and what is being uploaded for it. */
  draftKey: string;
  /** What is there at first, unless there is a draft. */
  initialText?: string;
  autoFocus?: boolean;
  /** One line high until it is used. */
  isCompact?: boolean;
  /** A promise keeps the text until it resolves; its error is shown. */
  onSubmit: (text: string) => void | Promise<void>;
  /** By the Escape key, and a button; without it Escape leaves the field. */
  onCancel?: () => void;
  /** The arrow up in an empty field. */
  onArrowUp?: () => void;
  ref?: Ref<ComposerHandle>;
};
