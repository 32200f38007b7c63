import type { QueryClient } from '@tanstack/react-query';
import type { AnyRoute } from '@tanstack/react-router';
import type { ComponentType } from 'react';
import type { Part, Parts } from '../ui/parts.ts';

type Icon = ComponentType<{ size?: number; 'aria-hidden'?: boolean }>;

/**
 * A part of the website with pages, navigation and code of its own: `area.tsx` in a folder of `web/`
 * exports it as `area`, and that is all that has to be done for it to be there.
 */
export type Area = {
  /** Its folder, which is also the id of the route around its pages. */
  readonly name: string;
  readonly routes: AnyRoute;
  /** What of its code is loaded later; all of it, once one is in the area. */
  readonly parts: Parts;
  /** An area without one is reached by the menus of the shell, and keeps the navigation as it is. */
  readonly entry?: Entry;
  /** Ways to pages of its own in the menu of the person who is signed in. */
  readonly menu?: readonly MenuEntry[];
};

export type Entry = {
  readonly title: string;
  readonly Icon: Icon;
  /** The path where one begins in this area. */
  readonly start: string;
  /** Among the areas, the lowest first. */
  readonly rank: number;
  /**
   * The middle of the navigation while one is in the area: sections of the `AppShell.Navbar`. It is
   * there on all of its pages, so it also keeps them up to date and hears their keys.
   */
  readonly Navigation: Part<object>;
  /** Begins to load what all of its pages need. */
  readonly prefetch?: (client: QueryClient) => void;
};

export type MenuEntry = { readonly title: string; readonly Icon: Icon; readonly path: string };

/** The areas that stand in the navigation, in their order. */
export function enterable(areas: readonly Area[]): EnterableArea[] {
  return areas.filter(isEnterable).sort((one, other) => one.entry.rank - other.entry.rank);
}

export type EnterableArea = Area & { readonly entry: Entry };

function isEnterable(area: Area): area is EnterableArea {
  return area.entry !== undefined;
}

/** The area of a page, by the routes that matched it; undefined where none with an entry did. */
export function areaOf(
  areas: readonly Area[],
  matches: readonly { routeId: string }[],
): EnterableArea | undefined {
  return enterable(areas).find(({ name }) =>
    matches.some(({ routeId }) => routeId === `/inside/${name}`),
  );
}
