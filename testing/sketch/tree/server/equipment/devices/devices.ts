import type { Input } from '../../../contract/endpoint.ts';
import type { equipment } from '../../../contract/equipment/index.ts';
import { record } from '../../platform/audit/record.ts';
import type { WriteContext } from '../../platform/context.ts';
import { AppError } from '../../runtime/errors.ts';
import { shortId } from '../../runtime/ids.ts';
import { insertDevice } from './store.ts';

/** @throws AppError device_exists (409) */
export async function addDevice(
  ctx: WriteContext,
  { body: { name } }: Input<(typeof equipment)['endpoints']['addDevice']>,
) {
  const number = await insertDevice(ctx.tx, ctx.organization, name);
  if (number === undefined) throw new AppError('device_exists');
  const id = shortId('device', number);
  await record(ctx, 'device.add', id, [
    { type: 'device.added', subject: id, data: { device_id: id } },
  ]);
  return { id, name };
}
