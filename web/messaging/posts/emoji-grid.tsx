import { Popover } from '@mantine/core';
import { type KeyboardEvent, useState } from 'react';
import { emoji } from './emoji.ts';
import classes from './frame.module.css';
import { inMain } from './overlay.ts';

const columns = 8;

type EmojiPickerProps = {
  onPick: (emoji: string) => void;
  /** Also after a choice: the opener takes the focus back. */
  onClose: () => void;
};

/** A choice of emoji, beside the element that opened it. */
export function EmojiPicker({ onPick, onClose }: EmojiPickerProps) {
  return (
    <Popover
      opened
      onDismiss={onClose}
      onClose={onClose}
      position="bottom-end"
      shadow="md"
      trapFocus
      withRoles={false}
      portalProps={inMain}
      transitionProps={{ duration: 0 }}
    >
      <Popover.Target>
        <span className={classes.anchor} />
      </Popover.Target>
      <Popover.Dropdown p={6} role="dialog" aria-label="Choose an emoji">
        <EmojiGrid
          onPick={(picked) => {
            onPick(picked);
            onClose();
          }}
        />
      </Popover.Dropdown>
    </Popover>
  );
}

function EmojiGrid({ onPick }: { onPick: (emoji: string) => void }) {
  const [at, setAt] = useState(0);
  const move = (event: KeyboardEvent<HTMLDivElement>) => {
    const next = at + stepOf(event.key);
    if (next === at || next < 0 || next >= emoji.length) return;
    event.preventDefault();
    setAt(next);
    const button = event.currentTarget.children[next];
    if (button instanceof HTMLElement) button.focus();
  };
  return (
    <div className={classes.grid} role="toolbar" aria-label="Emoji" onKeyDown={move}>
      {emoji.map(([sign, name], index) => (
        <button
          key={sign}
          type="button"
          title={name}
          aria-label={name}
          tabIndex={index === at ? 0 : -1}
          onClick={() => onPick(sign)}
        >
          {sign}
        </button>
      ))}
    </div>
  );
}

function stepOf(key: string): number {
  switch (key) {
    case 'ArrowRight':
      return 1;
    case 'ArrowLeft':
      return -1;
    case 'ArrowDown':
      return columns;
    case 'ArrowUp':
      return -columns;
    default:
      return 0;
  }
}
