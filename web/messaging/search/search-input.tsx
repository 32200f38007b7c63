import { CloseButton, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { type Ref, useRef, useState } from 'react';
import { queryLengthMax } from './found-posts.ts';

const pauseMilliseconds = 250;

type Props = {
  ref: Ref<HTMLInputElement>;
  /** The words in the URL. */
  text: string;
  onAsk: (text: string) => void;
};

/** The words to search for; the search runs once typing pauses. */
export function SearchInput({ ref, text, onAsk }: Props) {
  const { typed, type, ask } = useTyping(text, onAsk);
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
        typed !== '' && <CloseButton aria-label="Clear the search" onClick={() => ask('')} />
      }
      value={typed}
      onChange={({ currentTarget }) => type(currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === 'Enter') ask(typed);
      }}
    />
  );
}

function useTyping(text: string, onAsk: (text: string) => void) {
  const [typed, setTyped] = useState(text);
  const asked = useRef(text);
  const search = (next: string) => {
    asked.current = next.trim();
    onAsk(next.trim());
  };
  const searchLater = useDebouncedCallback(search, {
    delay: pauseMilliseconds,
    flushOnUnmount: false,
  });
  // Another search was opened, by the browser's back button or by a link.
  if (text !== asked.current) {
    asked.current = text;
    setTyped(text);
  }
  return {
    typed,
    type: (next: string) => {
      setTyped(next);
      searchLater(next);
    },
    /** Without waiting for a pause. */
    ask: (next: string) => {
      setTyped(next);
      searchLater.cancel();
      search(next);
    },
  };
}
