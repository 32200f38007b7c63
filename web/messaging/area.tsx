import { IconKey, IconMessages } from '@tabler/icons-react';
import type { QueryClient } from '@tanstack/react-query';
import { createRoute } from '@tanstack/react-router';
import { pages } from '../../contract/messaging/pages.ts';
import type { Area } from '../shell/area.ts';
import { inside } from '../shell/inside.ts';
import { parts } from './parts.ts';

declare module '../routes.ts' {
  interface InsideRoutes {
    messaging: typeof routes;
  }
}

const namedPage = parts.lazy(() => import('./named.tsx'), 'NamedPage');
const layout = createRoute({ getParentRoute: () => inside, id: 'messaging' });

const start = createRoute({
  getParentRoute: () => layout,
  path: pages.inside.start,
  // Where it usually leads.
  loader: () => void namedPage.preload()?.catch(() => undefined),
  component: parts.lazy(() => import('./navigation/start.tsx'), 'StartPage'),
});

const inbox = createRoute({
  getParentRoute: () => layout,
  path: pages.inside.inbox,
  component: parts.lazy(() => import('./inbox/inbox.tsx'), 'InboxPage'),
});

type Open = string | undefined;
type SearchSearch = { q?: Open; channel?: Open; chat?: Open; author?: Open };

/** The parameters of the URL as text, without those that are empty. */
function given(search: Record<string, unknown>): Record<string, string> {
  const said = Object.entries(search).filter(([, value]) => value !== undefined && value !== '');
  return Object.fromEntries(said.map(([name, value]) => [name, String(value)]));
}

const search = createRoute({
  getParentRoute: () => layout,
  path: pages.inside.search,
  validateSearch: ({ q, channel, chat, author }: Record<string, unknown>): SearchSearch =>
    given({ q, channel, chat, author }),
  component: parts.lazy(() => import('./search/search.tsx'), 'SearchPage'),
});

const keys = createRoute({
  getParentRoute: () => layout,
  path: pages.inside.keys,
  component: parts.lazy(() => import('./keys/keys.tsx'), 'KeysPage'),
});

const chat = createRoute({
  getParentRoute: () => layout,
  path: pages.inside.chat,
  component: parts.lazy(() => import('./chats/chat.tsx'), 'ChatPage'),
});

const named = createRoute({
  getParentRoute: () => layout,
  path: pages.inside.named,
  validateSearch: ({
    messageID,
    s,
  }: Record<string, unknown>): { messageID?: string; s?: string } => ({
    ...(messageID === undefined ? {} : { messageID: String(messageID) }),
    ...(s === undefined ? {} : { s: String(s) }),
  }),
  loader: ({ context: { queryClient }, params: { id } }) => {
    load(async () => (await import('./name.ts')).prefetchName(queryClient, id));
  },
  component: namedPage,
});

const message = createRoute({
  getParentRoute: () => layout,
  path: pages.inside.message,
  component: parts.lazy(() => import('./chats/message.tsx'), 'MessagePage'),
});

const routes = layout.addChildren([start, inbox, search, keys, chat, named, message]);

/** Only preloads: what fails is loaded again, and reported, when it is shown. */
function load(begin: () => Promise<void>): void {
  begin().catch(() => undefined);
}

/** Channels with threads, chats, the inbox, and the keys of bots. */
export const area: Area = {
  name: 'messaging',
  routes,
  parts,
  entry: {
    title: 'Messages',
    Icon: IconMessages,
    start: pages.inside.start,
    rank: 1,
    Navigation: parts.lazy(() => import('./navigation/navigation.tsx'), 'Navigation'),
    News: parts.lazy(() => import('./navigation/news.tsx'), 'News'),
    prefetch: (client: QueryClient) =>
      load(async () => (await import('./home.ts')).prefetchHome(client)),
  },
  menu: [{ title: 'API keys', Icon: IconKey, path: pages.inside.keys }],
};
