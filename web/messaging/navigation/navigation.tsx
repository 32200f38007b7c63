import { AppShell, Box, ScrollArea, UnstyledButton } from '@mantine/core';
import { IconInbox, IconSearch } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import classes from '../../ui/navigation.module.css';
import { Keys } from '../../ui/shortcut-help.tsx';
import { ErrorState, LoadingLines } from '../../ui/states.tsx';
import { Unread } from '../../ui/unread.tsx';
import { unreadIn, useHome } from '../home.ts';
import { useFeed } from '../live/feed.ts';
import { useMessagingKeys } from './keys.ts';
import { Channels, Chats } from './places.tsx';

/**
 * The navigation of Messaging; while it is mounted, it keeps what the area's pages show up to date.
 */
export function Navigation() {
  const home = useHome();
  useFeed();
  useMessagingKeys();
  const unread = home.data ? unreadIn(home.data, 'inbox') : 0;
  return (
    <>
      <AppShell.Section className={classes.above}>
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
    </>
  );
}
