import { AppShell, Burger, VisuallyHidden } from '@mantine/core';
import { useDisclosure, useMediaQuery } from '@mantine/hooks';
import { Outlet, useRouterState } from '@tanstack/react-router';
import { useEffect, useMemo, useRef, useState } from 'react';
import { pages } from '../../contract/pages.ts';
import { useFeed } from '../messaging/live/feed.ts';
import { writingKeys } from '../messaging/posts/writing-keys.ts';
import { HeaderStart } from '../ui/page.tsx';
import { ShortcutHelp } from '../ui/shortcut-help.tsx';
import { listenToKeys } from '../ui/shortcuts.ts';
import { Navbar } from './navbar.tsx';
import classes from './shell.module.css';
import { useShellShortcuts } from './shell-shortcuts.ts';

/** What is around every page of whoever is signed in: navigation, keys, the way to the content. */
export function Shell() {
  const [isOpen, drawer] = useDisclosure(false);
  const [isHelping, help] = useDisclosure(false);
  const isNarrow = useMediaQuery('(max-width: 48em)', false, { getInitialValueInEffect: false });
  const isChat = useRouterState({ select: ({ matches }) => matches.some(isOfChat) });
  const { main, announced } = useNavigationFocus(drawer.close);
  useEffect(listenToKeys, []);
  useShellShortcuts(help.toggle);
  useFeed();
  const burger = useMemo(
    () => (
      <Burger
        hiddenFrom="sm"
        size="sm"
        opened={isOpen}
        onClick={drawer.toggle}
        aria-label={isOpen ? 'Close navigation' : 'Open navigation'}
        aria-expanded={isOpen}
      />
    ),
    [isOpen, drawer.toggle],
  );
  return (
    <AppShell
      navbar={{ width: 272, breakpoint: 'sm', collapsed: { mobile: !isOpen } }}
      transitionDuration={150}
    >
      <a href="#main" className="skip-link">
        Skip to content
      </a>
      <AppShell.Navbar aria-label="Main" className={classes.navbar} inert={isNarrow && !isOpen}>
        <Navbar onHelp={help.open} onClose={drawer.close} />
      </AppShell.Navbar>
      <AppShell.Main id="main" ref={main} tabIndex={-1} inert={isNarrow && isOpen}>
        <HeaderStart value={burger}>
          <Outlet />
        </HeaderStart>
      </AppShell.Main>
      <ShortcutHelp
        opened={isHelping}
        also={writingKeys(isChat ? 'chat' : 'thread')}
        onClose={help.close}
      />
      <VisuallyHidden role="status">{announced}</VisuallyHidden>
    </AppShell>
  );
}

/** With `messageID` whatever an id names is a chat. */
const isOfChat = ({ fullPath, search }: { fullPath: string; search: object }) =>
  fullPath === pages.chat || fullPath === pages.message || 'messageID' in search;

/**
 * After going to another page, its content has the focus (unless the page took it to where it wants
 * it), its title is said, and a drawer is closed.
 */
function useNavigationFocus(closeDrawer: () => void) {
  const main = useRef<HTMLElement>(null);
  const path = useRouterState({ select: ({ resolvedLocation }) => resolvedLocation?.pathname });
  const before = useRef(path);
  const [announced, setAnnounced] = useState('');
  useEffect(() => {
    if (before.current === path) return;
    const isFirst = before.current === undefined;
    before.current = path;
    closeDrawer();
    if (isFirst) return;
    if (!main.current?.contains(document.activeElement))
      main.current?.focus({ preventScroll: true });
    setAnnounced(document.title);
  }, [path, closeDrawer]);
  return { main, announced };
}
