import '@mantine/notifications/styles.css';
import { AppShell, Burger, VisuallyHidden } from '@mantine/core';
import { useDisclosure, useMediaQuery } from '@mantine/hooks';
import { Notifications } from '@mantine/notifications';
import { Outlet, useRouteContext, useRouterState } from '@tanstack/react-router';
import { type MouseEvent, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { HeaderStart } from '../ui/page.tsx';
import { ShortcutHelp } from '../ui/shortcut-help.tsx';
import { listenToKeys } from '../ui/shortcuts.ts';
import { areaOf, type EnterableArea, enterable } from './area.ts';
import { Navbar } from './navbar.tsx';
import { parts as ownParts } from './parts.ts';
import classes from './shell.module.css';
import { useShellShortcuts } from './shell-shortcuts.ts';

/** The frame of every page inside: navigation, shortcuts, and a link that skips to the content. */
export function Shell() {
  const [isOpen, drawer] = useDisclosure(false);
  const [isHelping, help] = useDisclosure(false);
  const isNarrow = useMediaQuery('(max-width: 48em)', false, { getInitialValueInEffect: false });
  const area = useShownArea();
  const { main, announced } = useNavigationFocus(drawer.close);
  useLayoutEffect(listenToKeys, []);
  useShellShortcuts(help.toggle);
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
      <AppShell.Navbar
        aria-label="Main"
        className={classes.navbar}
        inert={isNarrow && !isOpen}
        onClick={onLink(drawer.close)}
      >
        <Navbar area={area} onHelp={help.open} onClose={drawer.close} />
      </AppShell.Navbar>
      <AppShell.Main id="main" ref={main} tabIndex={-1} inert={isNarrow && isOpen}>
        <HeaderStart value={burger}>
          <Outlet />
        </HeaderStart>
      </AppShell.Main>
      <ShortcutHelp opened={isHelping} onClose={help.close} />
      <VisuallyHidden role="status">{announced}</VisuallyHidden>
      <Notifications position="bottom-right" />
    </AppShell>
  );
}

/** Behind a link to where somebody is already, no navigation follows. */
function onLink(close: () => void) {
  return ({ target }: MouseEvent) => {
    if (target instanceof Element && target.closest('a')) close();
  };
}

/**
 * The area that the navigation shows: that of the page, or else the last one. All of its code is
 * loaded after its first page, and that of the areas without an entry.
 */
function useShownArea(): EnterableArea | undefined {
  const { areas } = useRouteContext({ from: '/inside' });
  const current = useRouterState({ select: ({ matches }) => areaOf(areas, matches) });
  const [last, setLast] = useState(current ?? enterable(areas)[0]);
  if (current && current !== last) setLast(current);
  const shown = current ?? last;
  useEffect(() => {
    const loaded = areas.filter((area) => area === shown || !area.entry);
    for (const { parts } of [{ parts: ownParts }, ...loaded]) void parts.loadAll();
  }, [areas, shown]);
  return shown;
}

/**
 * After navigation, the content gets the focus (unless the page put it elsewhere), its title is
 * announced, and the drawer is closed.
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
