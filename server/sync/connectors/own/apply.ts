import type { ProductObject } from '../../../platform/objects.ts';
import type { Row } from '../../values/types.ts';
import { answeredUntil } from '../answered.ts';
import type { ApplyRequest, ApplyResult } from '../connector.ts';
import { ConnectorError } from '../failure.ts';
import type { Actor, Once } from './actor.ts';
import { inward, isRefusal } from './failure.ts';
import { Giving, requireTaken } from './giving.ts';

type Apply = (row: Row, once: Once) => Promise<string | undefined>;

/** Writes records one by one, each in a transaction of its own, under a key once. */
export async function apply(
  actor: Actor,
  object: ProductObject,
  request: ApplyRequest,
): Promise<ApplyResult[]> {
  const write = applyingOf(actor, object, request);
  const results = request.rows.map((): ApplyResult | undefined => undefined);
  for (const [at, row] of request.rows.entries()) {
    try {
      const { idempotencyKey, depth } = request;
      const key = idempotencyKey === undefined ? undefined : `${idempotencyKey} ${at}`;
      const id = await write(row, { key, depth });
      results[at] = id === undefined ? {} : { id };
    } catch (error) {
      if (!isRefusal(error)) return answeredUntil(results, inward(error));
      // Of what is written, something that it refers to may be meant.
      const isMissing = error.code === 'not_found' && request.operation === 'delete';
      results[at] = { error: error.message, ...(isMissing ? { isMissing } : {}) };
    }
  }
  return results.map((one) => one ?? {});
}

/** @throws ConnectorError for what cannot be done with the object */
function applyingOf(actor: Actor, object: ProductObject, request: ApplyRequest): Apply {
  const { operation } = request;
  if (operation === 'insert') return inserting(actor, object, request);
  if (operation === 'delete') return deleting(actor, object, request);
  if (operation === 'update') return updating(actor, object, request);
  const [insert, update] = [inserting(actor, object, request), updating(actor, object, request)];
  const at = keyAt(object, request);
  return (row, once) => (row[at] == null ? insert(row, once) : update(row, once));
}

function inserting(actor: Actor, object: ProductObject, { fields }: ApplyRequest): Apply {
  const { insert, name, key } = object;
  if (!insert) throw impossible(name, 'inserted');
  const taken = fields.filter((field) => field.name !== key);
  const giving = new Giving(fields, insert.given);
  return (row, once) => {
    requireTaken(taken, insert.given, 'insert');
    const given = giving.given(row);
    return actor.once(insert.scope, once, (ctx) => insert.write(ctx, given));
  };
}

function updating(actor: Actor, object: ProductObject, request: ApplyRequest): Apply {
  const { update, name } = object;
  if (!update) throw impossible(name, 'updated');
  const at = keyAt(object, request);
  const taken = request.fields.filter((_, place) => place !== at);
  const giving = new Giving(request.fields, update.given);
  return (row, once) => {
    requireTaken(taken, update.given, 'update');
    const id = row[at] ?? '';
    const given = giving.given(row);
    return actor.once(update.scope, once, async (ctx) => {
      await update.write(ctx, id, given);
      return id;
    });
  };
}

function deleting(actor: Actor, object: ProductObject, request: ApplyRequest): Apply {
  const { name } = object;
  const remove = object.delete;
  if (!remove) throw impossible(name, 'deleted');
  const at = keyAt(object, request);
  return (row, once) => {
    const id = row[at] ?? '';
    return actor.once(remove.scope, once, async (ctx) => {
      await remove.write(ctx, id);
      return id;
    });
  };
}

/** @throws ConnectorError unless the records are told apart by the object's own key */
function keyAt({ name, key }: ProductObject, request: ApplyRequest): number {
  const at = request.fields.findIndex((field) => field.name === key);
  if (at >= 0 && request.key.length === 1 && request.key[0] === key) return at;
  throw new ConnectorError('request', `Records of ${name} are named by their ${key}.`, {
    field: 'key',
  });
}

function impossible(name: string, done: string): ConnectorError {
  return new ConnectorError('request', `Records of ${name} cannot be ${done}.`, {
    field: 'operation',
  });
}
