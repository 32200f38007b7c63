import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  notFound,
  redirect,
} from '@tanstack/react-router';
import { isPage, pages } from '../contract/pages.ts';
import { homeQuery } from './messaging/home.ts';
import { nameQuery } from './messaging/name.ts';
import { findSession } from './platform/session.ts';
import { Root } from './root.tsx';
import { returnPath } from './signed-out/return-path.ts';
import { lazyPart } from './ui/parts.ts';
import { NotFound } from './ui/states.tsx';

export type RouterContext = { queryClient: QueryClient };

/** What is around a page is not there yet: `.starting` of the document shows. */
const Starting = () => null;

const root = createRootRouteWithContext<RouterContext>()({
  component: Root,
  pendingComponent: Starting,
  notFoundComponent: NotFound,
  beforeLoad: ({ location }) => {
    if (!isPage(location.pathname)) throw notFound();
  },
});

/** Pages for whoever is signed in, inside the shell. */
const inside = createRoute({
  getParentRoute: () => root,
  id: 'inside',
  component: lazyPart(() => import('./shell/shell.tsx'), 'Shell'),
  pendingComponent: Starting,
  beforeLoad: async ({ context, location }) => {
    const session = await findSession(context.queryClient);
    if (!session) throw redirect({ to: pages.signIn, search: { return: location.href } });
    void context.queryClient.prefetchQuery(homeQuery);
  },
});

/** Pages for whoever is not (yet). */
const outside = createRoute({
  getParentRoute: () => root,
  id: 'outside',
  component: lazyPart(() => import('./signed-out/frame.tsx'), 'Frame'),
  pendingComponent: Starting,
});

type ReturnSearch = { return?: string };
const withReturn = (search: Record<string, unknown>): ReturnSearch => {
  const path = returnPath(search.return);
  return path === '/' ? {} : { return: path };
};

const signIn = createRoute({
  getParentRoute: () => outside,
  path: pages.signIn,
  validateSearch: (search: Record<string, unknown>): ReturnSearch & { error?: string } => ({
    ...withReturn(search),
    ...(search.error === undefined ? {} : { error: String(search.error) }),
  }),
  component: lazyPart(() => import('./signed-out/sign-in.tsx'), 'SignInPage'),
});

const twoFactor = createRoute({
  getParentRoute: () => outside,
  path: pages.twoFactor,
  validateSearch: withReturn,
  component: lazyPart(() => import('./signed-out/two-factor.tsx'), 'TwoFactorPage'),
});

const forgotPassword = createRoute({
  getParentRoute: () => outside,
  path: pages.forgotPassword,
  component: lazyPart(() => import('./signed-out/forgot-password.tsx'), 'ForgotPasswordPage'),
});

const resetPassword = createRoute({
  getParentRoute: () => outside,
  path: pages.resetPassword,
  validateSearch: ({
    token,
    error,
  }: Record<string, unknown>): { token?: string; error?: string } => ({
    ...(typeof token === 'string' ? { token } : {}),
    ...(typeof error === 'string' ? { error } : {}),
  }),
  component: lazyPart(() => import('./signed-out/reset-password.tsx'), 'ResetPasswordPage'),
});

const invitation = createRoute({
  getParentRoute: () => outside,
  path: pages.invitation,
  component: lazyPart(() => import('./signed-out/invitation.tsx'), 'InvitationPage'),
});

const namedPage = lazyPart(() => import('./messaging/named.tsx'), 'NamedPage');

const home = createRoute({
  getParentRoute: () => inside,
  path: pages.home,
  // Where it leads, most often.
  loader: () => void namedPage.preload()?.catch(() => undefined),
  component: lazyPart(() => import('./messaging/navigation/start.tsx'), 'StartPage'),
});

const inbox = createRoute({
  getParentRoute: () => inside,
  path: pages.inbox,
  component: lazyPart(() => import('./messaging/inbox/inbox.tsx'), 'InboxPage'),
});

type Open = string | undefined;
type SearchSearch = { q?: Open; channel?: Open; chat?: Open; author?: Open };

/** What the URL says, as text; what it leaves open is left out. */
function given(search: Record<string, unknown>): Record<string, string> {
  const said = Object.entries(search).filter(([, value]) => value !== undefined && value !== '');
  return Object.fromEntries(said.map(([name, value]) => [name, String(value)]));
}

const search = createRoute({
  getParentRoute: () => inside,
  path: pages.search,
  validateSearch: ({ q, channel, chat, author }: Record<string, unknown>): SearchSearch =>
    given({ q, channel, chat, author }),
  component: lazyPart(() => import('./messaging/search/search.tsx'), 'SearchPage'),
});

const settings = createRoute({
  getParentRoute: () => inside,
  path: pages.settings,
  component: lazyPart(() => import('./account/settings/settings.tsx'), 'SettingsPage'),
});

const members = createRoute({
  getParentRoute: () => inside,
  path: pages.members,
  component: lazyPart(() => import('./account/members/members.tsx'), 'MembersPage'),
});

const organization = createRoute({
  getParentRoute: () => inside,
  path: pages.organization,
  component: lazyPart(() => import('./account/organization/organization.tsx'), 'OrganizationPage'),
});

const keys = createRoute({
  getParentRoute: () => inside,
  path: pages.keys,
  component: lazyPart(() => import('./messaging/keys/keys.tsx'), 'KeysPage'),
});

const chat = createRoute({
  getParentRoute: () => inside,
  path: pages.chat,
  component: lazyPart(() => import('./messaging/chats/chat.tsx'), 'ChatPage'),
});

const named = createRoute({
  getParentRoute: () => inside,
  path: pages.named,
  validateSearch: ({
    messageID,
    s,
  }: Record<string, unknown>): { messageID?: string; s?: string } => ({
    ...(messageID === undefined ? {} : { messageID: String(messageID) }),
    ...(s === undefined ? {} : { s: String(s) }),
  }),
  // Together with the home, which tells only what channels are called; and what was refused before.
  loader: ({ context: { queryClient }, params: { id } }) => {
    const query = nameQuery(id);
    const isRefused = queryClient.getQueryState(query.queryKey)?.status === 'error';
    if (isRefused || !queryClient.getQueryData(homeQuery.queryKey))
      void queryClient.prefetchQuery(query);
  },
  component: namedPage,
});

const message = createRoute({
  getParentRoute: () => inside,
  path: pages.message,
  component: lazyPart(() => import('./messaging/chats/message.tsx'), 'MessagePage'),
});

export const routeTree = root.addChildren([
  outside.addChildren([signIn, twoFactor, forgotPassword, resetPassword, invitation]),
  inside.addChildren([
    home,
    inbox,
    search,
    settings,
    members,
    organization,
    keys,
    chat,
    named,
    message,
  ]),
]);
