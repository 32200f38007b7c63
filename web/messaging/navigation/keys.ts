import { useNavigate, useRouterState } from '@tanstack/react-router';
import { useMemo } from 'react';
import { pages } from '../../../contract/messaging/pages.ts';
import { useFieldKeys, useShortcuts } from '../../ui/shortcuts.ts';
import { writingKeys } from '../posts/writing-keys.ts';

/** The shortcuts of every page of Messaging. */
export function useMessagingKeys(): void {
  const navigate = useNavigate();
  const isChat = useRouterState({ select: ({ matches }) => matches.some(isOfChat) });
  const search = () => void navigate({ to: '/search' });
  useShortcuts([
    { keys: '/', group: 'Everywhere', does: 'Search', run: search },
    { keys: 'mod+k', group: 'Everywhere', does: 'Search', run: search },
    { keys: 'g i', group: 'Everywhere', does: 'Inbox', run: () => void navigate({ to: '/inbox' }) },
  ]);
  useFieldKeys(useMemo(() => writingKeys(isChat ? 'chat' : 'thread'), [isChat]));
}

/** With `messageID`, the id is always that of a chat. */
const isOfChat = ({ fullPath, search }: { fullPath: string; search: object }) =>
  fullPath === pages.inside.chat || fullPath === pages.inside.message || 'messageID' in search;
