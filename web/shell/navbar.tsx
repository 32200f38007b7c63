import { AppShell, CloseButton, Group } from '@mantine/core';
import { CatchBoundary, Link, useRouteContext } from '@tanstack/react-router';
import { Suspense } from 'react';
import classes from '../ui/navigation.module.css';
import { RouteFailure } from '../ui/route-failure.tsx';
import { LoadingLines } from '../ui/states.tsx';
import { type EnterableArea, enterable } from './area.ts';
import { OrganizationMenu } from './organization-menu.tsx';
import { PersonMenu } from './person-menu.tsx';
import shell from './shell.module.css';

type NavbarProps = { area: EnterableArea | undefined; onHelp: () => void; onClose: () => void };

/** The navigation: organization, areas, the present area's own part, and the person. */
export function Navbar({ area, onHelp, onClose }: NavbarProps) {
  return (
    <>
      <AppShell.Section className={shell.top}>
        <Group gap={4} wrap="nowrap">
          <OrganizationMenu />
          <CloseButton hiddenFrom="sm" size="lg" aria-label="Close navigation" onClick={onClose} />
        </Group>
        <AreaList shown={area} />
      </AppShell.Section>
      {area ? <Places area={area} /> : <AppShell.Section grow />}
      <AppShell.Section className={shell.foot}>
        <PersonMenu onHelp={onHelp} />
      </AppShell.Section>
    </>
  );
}

/** Links to the areas, if there are several. */
function AreaList({ shown }: { shown: EnterableArea | undefined }) {
  const areas = enterable(useRouteContext({ from: '/inside' }).areas);
  if (areas.length < 2) return null;
  return (
    <ul className={classes.list} aria-label="Areas">
      {areas.map(({ name, entry: { title, Icon, start } }) => (
        <li key={name}>
          <Link
            to={start}
            className={classes.link ?? ''}
            aria-current={name === shown?.name ? 'true' : undefined}
          >
            <Icon size={18} aria-hidden />
            <span className={`${classes.grow} truncate`}>{title}</span>
          </Link>
        </li>
      ))}
    </ul>
  );
}

/** Its code is loaded with the area's first page, and may fail to load. */
function Places({ area: { name, entry } }: { area: EnterableArea }) {
  return (
    <CatchBoundary getResetKey={() => name} errorComponent={RouteFailure}>
      <Suspense fallback={<LoadingLines label="Loading the navigation" />}>
        <entry.Navigation key={name} />
      </Suspense>
    </CatchBoundary>
  );
}
