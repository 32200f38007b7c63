import type { Row } from '../../values/types.ts';
import type { Field } from '../connector.ts';
import type { Listing, ListingPage } from '../listing.ts';
import type { Api } from './api.ts';
import { after, withAll } from './filters.ts';
import { type Archive, nameOf } from './objects.ts';
import { Records } from './records.ts';
import { cellOf, idField } from './types.ts';

const mergedIds = 'hs_merged_object_ids';
/** The archived are listed first; a place among the merged begins with this. */
const merged = 'merged:';

const fields: readonly Field[] = [
  fieldOf(idField, 'int8', false),
  fieldOf('archived_at', 'timestamptz', true),
  fieldOf('merged_into', 'int8', true),
];

/** Records that are there no more: archived, or merged into others, whose ids no list tells. */
export function archiveOf(api: Api, archive: Archive): Listing {
  const records = new Records(api, archive.archived, [mergedIds]);
  return {
    ...{ system: 'HubSpot', name: nameOf(archive), fields, key: [idField] },
    pages: (from) => pagesOf(records, from),
  };
}

async function* pagesOf(records: Records, from: string | undefined): AsyncGenerator<ListingPage> {
  let next = from;
  while (!next?.startsWith(merged)) {
    const page = await records.list(next, { isArchived: true });
    const rows = page.records.map(({ id, archivedAt }): Row => {
      const at = cellOf({ type: { kind: 'timestamptz' } }, archivedAt?.toISOString());
      return [id, 'text' in at ? at.text : null, null];
    });
    next = page.next ?? `${merged}0`;
    yield { rows, next };
  }
  let id: string | undefined = next.slice(merged.length);
  while (id !== undefined) {
    const groups = withAll([[{ propertyName: mergedIds, operator: 'HAS_PROPERTY' }]], [after(id)]);
    const page = await records.search({ groups, sort: idField });
    const rows = page.records.flatMap(({ id: winner, properties }) => {
      const ids = (properties[mergedIds] ?? '').split(';').filter((one) => one !== '');
      return ids.map((one): Row => [one, null, winner]);
    });
    const last: string | undefined = page.found.at(-1)?.id;
    id = page.total <= page.found.length ? undefined : last;
    yield { rows, next: id === undefined ? undefined : `${merged}${id}` };
  }
}

function fieldOf(name: string, kind: 'int8' | 'timestamptz', isNullable: boolean): Field {
  const nativeType = kind === 'int8' ? 'number' : 'datetime';
  return { name, type: { kind }, nativeType, isNullable, isWritable: false };
}
