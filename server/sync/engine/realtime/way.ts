import type { Shape } from '../../connectors/changes.ts';
import type { Field } from '../../connectors/connector.ts';
import { check } from '../../filters/check.ts';
import { type Condition, parseFilters } from '../../filters/conditions.ts';
import { matches } from '../../filters/matches.ts';
import type { Definition } from '../../syncs/definition.ts';
import type { Row } from '../../values/types.ts';
import type { Laid } from '../laying.ts';
import type { Column, Route } from '../planning.ts';
import { fieldsIn } from '../reading.ts';

/** The way of changes: as that of what is read, but that all filters are here. */
export type Way = {
  readonly route: Route;
  readonly columns: readonly Column[];
  /** Of the source: those of the columns, then those that only the filter looks at. */
  readonly fields: readonly Field[];
  /** Where the key of the source stands among these. */
  readonly keyPlaces: readonly number[];
  /** The columns that the key of the destination is of, in its order. */
  readonly keyColumns: readonly Column[];
  readonly hasFilter: boolean;
  readonly keep: ((row: Row) => boolean) | undefined;
};

export function wayOf({ filters }: Pick<Definition, 'filters'>, { route, described }: Laid): Way {
  const filter = parseFilters(filters as (string | Condition)[]);
  const own = route.columns.map(({ source }) => source);
  const names = filter ? fieldsIn(check(filter, described.fields)) : [];
  const more = described.fields.filter(
    ({ name }) => names.includes(name) && !own.some((field) => field.name === name),
  );
  const fields = [...own, ...more];
  return {
    route,
    columns: route.columns,
    fields,
    keyPlaces: route.sourceKey.map((name) => fields.findIndex((field) => field.name === name)),
    keyColumns: route.sourceKey.flatMap(
      (name) => route.columns.find(({ source }) => source.name === name) ?? [],
    ),
    hasFilter: filter !== undefined,
    keep: filter && matches(check(filter, fields)),
  };
}

/** Where the cells of changes have these fields; -1 where they have none. */
export function placesIn({ fields: told }: Shape, { fields }: Way): number[] {
  return fields.map(({ name }) => told.findIndex((field) => field.name === name));
}
