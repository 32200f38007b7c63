import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import {
  createMemoryHistory,
  createRootRoute,
  createRoute,
  createRouter,
  RouterProvider,
} from '@tanstack/react-router';
import react from '@vitejs/plugin-react';
import { createElement, type FunctionComponent } from 'react';
import { renderToString } from 'react-dom/server';
import { createServer } from 'vite';
import type { Home } from '../messaging/home.ts';
import type { Area } from './area.ts';

// Node does not read JSX.
const vite = await createServer({
  configFile: false,
  root: `${import.meta.dirname}/..`,
  logLevel: 'error',
  appType: 'custom',
  plugins: [react()],
  server: { middlewareMode: true, ws: false, watch: null },
  optimizeDeps: { noDiscovery: true },
});
after(() => vite.close());
const { AreaList } = await vite.ssrLoadModule('/shell/area-list.tsx');
const { News } = await vite.ssrLoadModule('/messaging/navigation/news.tsx');

const part = (component: FunctionComponent) =>
  Object.assign(component, { preload: () => undefined });

function makeArea(name: string, rank: number, news: string): Area {
  const entry = {
    title: name.toUpperCase(),
    Icon: () => null,
    start: `/${name}`,
    rank,
    Navigation: part(() => null),
    News: part(() => createElement('b', {}, news)),
  };
  return { name, entry, parts: {} as Area['parts'], routes: {} as Area['routes'] };
}

/** The list as it is drawn around a page of the first of the areas. */
async function draw(areas: readonly Area[]): Promise<string> {
  const root = createRootRoute();
  const inside = createRoute({
    getParentRoute: () => root,
    id: 'inside',
    component: () => createElement(AreaList, { shown: areas[0] }),
  });
  const page = createRoute({ getParentRoute: () => inside, path: '/' });
  const router = createRouter({
    routeTree: root.addChildren([inside.addChildren([page])]),
    history: createMemoryHistory({ initialEntries: ['/'] }),
    context: { areas } as never,
  });
  await router.load();
  // Types know the router of the website only.
  return renderToString(createElement(RouterProvider, { router: router as never }));
}

test('the way to another area says how much is new there, and the present one does not', async () => {
  const areas = [makeArea('talk', 1, '5 new'), makeArea('equipment', 2, '3 new')];

  const html = await draw(areas);

  assert.match(html, /TALK<\/span><\/a>/);
  assert.match(html, /EQUIPMENT<\/span>(<!--.*?-->)*<b>3 new<\/b>/);
  assert.doesNotMatch(html, /5 new/);
});

test('a single area needs no list', async () => {
  const html = await draw([makeArea('talk', 1, '5 new')]);

  assert.doesNotMatch(html, /TALK/);
});

test('of messages, what is unread in the inbox, the chats and the channels of one’s own counts', () => {
  const reading = (place: 'inbox' | 'chat' | 'channel', place_id: string, unread: number) =>
    ({ place, place_id, number: 0, unread }) as const;
  const channel = (channel_id: string, is_archived: boolean) => ({ channel_id, is_archived });
  const home = {
    channels: [channel('1', false), channel('2', true), channel('3', false)],
    joined_channel_ids: ['1', '2'],
    chats: [{ chat_id: 'a' }],
    readings: [
      reading('inbox', 'me', 1),
      reading('chat', 'a', 2),
      reading('channel', '1', 4),
      reading('channel', '2', 8),
      reading('channel', '3', 16),
    ],
  } as unknown as Home;
  const client = new QueryClient();
  client.setQueryData(['messaging', 'home'], home);

  const html = renderToString(
    createElement(
      MantineProvider,
      null,
      createElement(QueryClientProvider, { client }, createElement(News)),
    ),
  );

  assert.match(html, /, 7 unread/);
});
