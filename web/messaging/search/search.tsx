import { Group, Stack } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useRef } from 'react';
import { Page } from '../../ui/page.tsx';
import { useShortcuts } from '../../ui/shortcuts.ts';
import { useArrowKeys } from './arrow-keys.ts';
import { Filters } from './filters.tsx';
import type { Asked } from './found-posts.ts';
import { Results } from './results.tsx';
import { SearchInput } from './search-input.tsx';

/** Searches everything that the member may read. */
export function SearchPage() {
  const asked: Asked = useSearch({ from: '/inside/messaging/search' });
  const navigate = useNavigate();
  const input = useRef<HTMLInputElement>(null);
  const onKeyDown = useArrowKeys();
  const ask = (change: Asked) => {
    const search = { ...asked, ...change };
    void navigate({ to: '/search', search, replace: true });
  };
  const focus = () => input.current?.select();
  useShortcuts([
    { keys: '/', group: 'Everywhere', does: 'Search', run: focus },
    { keys: 'mod+k', group: 'Everywhere', does: 'Search', run: focus },
  ]);
  return (
    <Page title={asked.q ? `Search: ${asked.q}` : 'Search'} heading="Search">
      <Stack gap="md" onKeyDown={onKeyDown}>
        <Stack gap="sm" role="search">
          <SearchInput ref={input} text={asked.q ?? ''} onAsk={(q) => ask({ q })} />
          <Group gap="sm">
            <Filters asked={asked} onChange={ask} />
          </Group>
        </Stack>
        <Results asked={asked} />
      </Stack>
    </Page>
  );
}
