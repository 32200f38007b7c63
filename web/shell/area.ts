import type { QueryClient } from '@tanstack/react-query';
import type { AnyRoute } from '@tanstack/react-router';
import type { ComponentType } from 'react';
import type { Part, Parts } from '../ui/parts.ts';

type Icon = ComponentType<{ size?: number; 'aria-hidden'?: boolean }>;

/**
 * A part of the website with pages, navigation and code of its own: `area.tsx` in a folder of
 * `web/` exports it as `area`, and nothing else is needed for it to be there.
 */
export type Area = {
  /** The name of its folder, and the id of the route around its pages. */
  readonly name: string;
  readonly routes: AnyRoute;
  /** Its code that is loaded later; all of it, once one of its pages is open. */
  readonly parts: Parts;
  /**
   * An area without an entry is reached by the menus of the shell, and leaves the navigation as it
   * is.
   */
  readonly entry?: Entry;
  /** Links to its pages in the menu of the person who is signed in. */
  readonly menu?: readonly MenuEntry[];
};

export type Entry = {
  readonly title: string;
  readonly Icon: Icon;
  /** The path of its start page. */
  readonly start: string;
  /** Its position among the areas: the lowest first. */
  readonly rank: number;
  /**
   * The middle of the navigation on the area's pages: sections of the `AppShell.Navbar`. It is
   * mounted on all of them, so it also keeps them up to date and handles their shortcuts.
   */
  readonly Navigation: Part<object>;
  /**
   * How much is new in the area, beside its title while one is in another area; nothing where
   * nothing is. It is mounted then, so it keeps itself up to date.
   */
  readonly News?: Part<object>;
  /** Begins to load what all of its pages need. */
  readonly prefetch?: (client: QueryClient) => void;
};

export type MenuEntry = { readonly title: string; readonly Icon: Icon; readonly path: string };

/** The areas in the navigation, in order. */
export function enterable(areas: readonly Area[]): EnterableArea[] {
  return areas.filter(isEnterable).sort((one, other) => one.entry.rank - other.entry.rank);
}

export type EnterableArea = Area & { readonly entry: Entry };

function isEnterable(area: Area): area is EnterableArea {
  return area.entry !== undefined;
}

/** The area of the routes that matched; undefined if none with an entry did. */
export function areaOf(
  areas: readonly Area[],
  matches: readonly { routeId: string }[],
): EnterableArea | undefined {
  return enterable(areas).find(({ name }) =>
    matches.some(({ routeId }) => routeId === `/inside/${name}`),
  );
}
