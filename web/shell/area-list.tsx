import { CatchBoundary, Link, useRouteContext } from '@tanstack/react-router';
import { Suspense } from 'react';
import classes from '../ui/navigation.module.css';
import { type EnterableArea, type Entry, enterable } from './area.ts';

/** Links to the areas, if there are several; those where one is not say how much is new in them. */
export function AreaList({ shown }: { shown: EnterableArea | undefined }) {
  const areas = enterable(useRouteContext({ from: '/inside' }).areas);
  if (areas.length < 2) return null;
  return (
    <ul className={classes.list} aria-label="Areas">
      {areas.map(({ name, entry: { title, Icon, start, News } }) => (
        <li key={name}>
          <Link
            to={start}
            className={classes.link ?? ''}
            aria-current={name === shown?.name ? 'true' : undefined}
          >
            <Icon size={18} aria-hidden />
            <span className={`${classes.grow} truncate`}>{title}</span>
            {News && name !== shown?.name && <NewsOf area={name} News={News} />}
          </Link>
        </li>
      ))}
    </ul>
  );
}

/** A count that cannot be loaded is left out: the link works without it. */
function NewsOf({ area, News }: { area: string; News: NonNullable<Entry['News']> }) {
  return (
    <CatchBoundary getResetKey={() => area} errorComponent={() => null}>
      <Suspense fallback={null}>
        <News />
      </Suspense>
    </CatchBoundary>
  );
}
