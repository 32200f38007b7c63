import { createRoute, redirect } from '@tanstack/react-router';
import { pages } from '../../contract/platform/pages.ts';
import { type Area, enterable } from '../shell/area.ts';
import { inside } from '../shell/inside.ts';
import { parts } from './parts.ts';

declare module '../routes.ts' {
  interface InsideRoutes {
    account: typeof routes;
  }
}

const layout = createRoute({ getParentRoute: () => inside, id: 'account' });

const home = createRoute({
  getParentRoute: () => layout,
  path: pages.inside.home,
  beforeLoad: ({ context: { areas } }) => {
    const start = enterable(areas)[0]?.entry.start ?? pages.inside.settings;
    throw redirect({ to: start, replace: true });
  },
});

const settings = createRoute({
  getParentRoute: () => layout,
  path: pages.inside.settings,
  component: parts.lazy(() => import('./settings/settings.tsx'), 'SettingsPage'),
});

const members = createRoute({
  getParentRoute: () => layout,
  path: pages.inside.members,
  component: parts.lazy(() => import('./members/members.tsx'), 'MembersPage'),
});

const organization = createRoute({
  getParentRoute: () => layout,
  path: pages.inside.organization,
  component: parts.lazy(() => import('./organization/organization.tsx'), 'OrganizationPage'),
});

const routes = layout.addChildren([home, settings, members, organization]);

/** The person's own settings, and the organization that they work in; it belongs to no product. */
export const area: Area = { name: 'account', routes, parts };
