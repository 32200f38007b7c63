import { CloseButton, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { type Ref, useRef, useState } from 'react';
import { queryLengthMax } from './found-posts.ts';

const pauseMilliseconds = 250;

type Props = {
  ref: Ref<HTMLInputElement>;
  /** What the URL says. */
  text: string;
  onAsk: (text: string) => void;
};

/** What to search for; it is asked for once the typing pauses. */
export function SearchInput({ ref, text, onAsk }: Props) {
  const [typed, setTyped] = useState(text);
  const asked = useRef(text);
  const ask = (next: string) => {
    asked.current = next.trim();
    onAsk(next.trim());
  };
  const askLater = useDebouncedCallback(ask, { delay: pauseMilliseconds, flushOnUnmount: false });
  // Another search was opened: by the browser's way back, or by a link.
  if (text !== asked.current) {
    asked.current = text;
    setTyped(text);
  }
  return (
    <TextInput
      ref={ref}
      type="search"
      size="md"
      autoFocus
      aria-label="Search messages"
      placeholder="Search threads, comments and chats"
      enterKeyHint="search"
      autoComplete="off"
      spellCheck={false}
      maxLength={queryLengthMax}
      dir="auto"
      leftSection={<IconSearch size={18} aria-hidden />}
      rightSection={
        typed !== '' && (
          <CloseButton
            aria-label="Clear the search"
            onClick={() => {
              setTyped('');
              askLater.cancel();
              ask('');
            }}
          />
        )
      }
      value={typed}
      onChange={({ currentTarget }) => {
        setTyped(currentTarget.value);
        askLater(currentTarget.value);
      }}
      onKeyDown={(event) => {
        if (event.key === 'Enter') {
          askLater.cancel();
          ask(typed);
        }
      }}
    />
  );
}
