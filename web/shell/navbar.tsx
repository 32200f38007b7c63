import { AppShell, Box, CloseButton, Group, ScrollArea, UnstyledButton } from '@mantine/core';
import { IconInbox, IconSearch } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { unreadIn, useHome } from '../messaging/home.ts';
import { Channels, Chats } from '../messaging/navigation/places.tsx';
import { Keys } from '../ui/shortcut-help.tsx';
import { ErrorState, LoadingLines } from '../ui/states.tsx';
import { Unread } from '../ui/unread.tsx';
import { OrganizationMenu } from './organization-menu.tsx';
import { PersonMenu } from './person-menu.tsx';
import classes from './shell.module.css';

/** Where one can go, and who one is. */
export function Navbar({ onHelp, onClose }: { onHelp: () => void; onClose: () => void }) {
  const home = useHome();
  const unread = home.data ? unreadIn(home.data, 'inbox') : 0;
  return (
    <>
      <AppShell.Section className={classes.top}>
        <Group gap={4} wrap="nowrap" mb={8}>
          <OrganizationMenu />
          <CloseButton hiddenFrom="sm" size="lg" aria-label="Close navigation" onClick={onClose} />
        </Group>
        <UnstyledButton
          component={Link}
          to="/search"
          className={`${classes.block} ${classes.search}`}
        >
          <IconSearch size={16} aria-hidden />
          <span className={classes.grow}>Search</span>
          <Box visibleFrom="sm">
            <Keys keys="mod+k" />
          </Box>
        </UnstyledButton>
      </AppShell.Section>
      <AppShell.Section grow component={ScrollArea} className={classes.places} scrollbarSize={8}>
        <Link to="/inbox" className={classes.link ?? ''} style={{ marginTop: 6 }}>
          <IconInbox size={18} aria-hidden />
          <span className={`${classes.grow} ${unread > 0 ? classes.unread : ''}`}>Inbox</span>
          <Unread count={unread} />
        </Link>
        {home.data && <Channels home={home.data} />}
        {home.data && <Chats home={home.data} />}
        {home.isPending && <LoadingLines label="Loading channels and chats" />}
        {home.error && !home.data && (
          <ErrorState error={home.error} retry={() => void home.refetch()} />
        )}
      </AppShell.Section>
      <AppShell.Section className={classes.foot}>
        <PersonMenu onHelp={onHelp} />
      </AppShell.Section>
    </>
  );
}
