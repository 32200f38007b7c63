import type { AssociationSpec } from '@hubspot/api-client/lib/codegen/crm/associations/v4/models/AssociationSpec.js';
import type { Row } from '../../values/types.ts';
import type { Field } from '../connector.ts';
import { ConnectorError } from '../failure.ts';
import { pick } from '../picking.ts';
import { RecordRefusal } from '../sql/refusal.ts';
import type { Api } from './api.ts';
import { associationFields, associationKey } from './associations.ts';
import type { Association } from './objects.ts';
import { faultIn } from './refusal.ts';
import type { Encoded, Send } from './sending.ts';

export type Link = {
  readonly _from: { readonly id: string };
  readonly to: { readonly id: string };
  readonly types: AssociationSpec[];
};

const categories = ['HUBSPOT_DEFINED', 'INTEGRATOR_DEFINED', 'USER_DEFINED'];

/** Makes what belongs together, or parts it. What is so already stays so. */
export function linker(api: Api, { from, to }: Association, isEnded: boolean): Send<Link> {
  return async (inputs) => {
    const body = { inputs: inputs.map((one) => ({ ...one })) };
    if (isEnded) {
      await api.associations.archiveLabels(from.path, to.path, body);
      return inputs.map(() => ({}));
    }
    const answer = await api.associations.create(from.path, to.path, body);
    const [error] = 'errors' in answer ? (answer.errors ?? []) : [];
    if (error) throw new RecordRefusal(faultIn(error).reason);
    return inputs.map(() => ({}));
  };
}

/** @throws ConnectorError when a field is missing by which they are told apart */
export function linkEncoder(fields: readonly Field[]): (row: Row) => Encoded<Link> {
  const names = fields.map(({ name }) => name);
  pick(associationFields, names);
  const places = associationKey.map((name) => names.indexOf(name));
  const absent = associationKey.filter((_, at) => places[at] === -1);
  if (absent.length > 0) {
    const message = `An association needs ${absent.map((name) => `"${name}"`).join(', ')}.`;
    throw new ConnectorError('request', message, { field: 'field_mappings' });
  }
  return (row) => {
    const [one, other, category, typeId] = places.map((place) => row[place] ?? '');
    const refused = (field: string, rule: string) => {
      return { refused: { error: `The field "${field}" ${rule}.`, field } };
    };
    if (!/^\d+$/.test(one ?? '')) return refused('from_id', 'is no id');
    if (!/^\d+$/.test(other ?? '')) return refused('to_id', 'is no id');
    if (!/^\d+$/.test(typeId ?? '')) return refused('type_id', 'is no whole number');
    if (!categories.includes(category ?? '')) {
      return refused('category', `must be one of ${categories.join(', ')}`);
    }
    const types = [
      { associationCategory: category, associationTypeId: Number(typeId) } as AssociationSpec,
    ];
    return { input: { _from: { id: one ?? '' }, to: { id: other ?? '' }, types } };
  };
}
