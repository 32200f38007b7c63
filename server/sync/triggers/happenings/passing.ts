import type { Tx } from '../../../runtime/database/database.ts';
import { AppError } from '../../../runtime/errors.ts';
import type { Json } from '../../values/types.ts';
import { conditionOf } from '../filters.ts';
import { type TriggerRow, updateTriggerStatus } from '../store.ts';
import { namesOf, ownObjectOfEvent } from './types.ts';

/** An event as somebody is told of it. */
export type Happening = {
  readonly type: string;
  readonly data: { readonly [name: string]: Json };
  readonly created_at: Date;
  /** How deep stands what has made it happen; 0 where no workflow did. */
  readonly depth: number;
  readonly subject?: string | undefined;
};

export type Passing = { trigger: TriggerRow; passes: (happening: Happening) => boolean };

/** A trigger whose filter is not understood any more says so, and holds up no other. */
export async function filtersOf(tx: Tx, organization: number, triggers: readonly TriggerRow[]) {
  const filters: Passing[] = [];
  for (const trigger of triggers) {
    try {
      filters.push({ trigger, passes: passing(trigger) });
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      const message = `The filter is not understood any more; give the trigger another. ${error.message}`;
      await updateTriggerStatus(tx, organization, trigger.id, { status: 'error', message });
    }
  }
  return filters;
}

function passing(trigger: TriggerRow) {
  const { event, connection_id, object, since } = trigger;
  const isMeant = conditionOf(trigger);
  const isOwn = ownObjectOfEvent(event) !== undefined;
  return ({ type, data, created_at }: Happening): boolean => {
    if (!namesOf(type).includes(event ?? '') || created_at < since) return false;
    // Who hears of another product is decided by its connection.
    if (isOwn) return isMeant(data);
    const of = type.startsWith('connection.') ? data.id : data.connection_id;
    if (connection_id !== null && of !== connection_id) return false;
    if (object !== null && data.object !== object) return false;
    return isMeant(data);
  };
}
