import type { CheckedFilter } from '../../filters/checked.ts';
import type { Channel, Channels } from './channels.ts';

/** The channels that can be read, and that may have what a filter lets through. */
export async function channelsFor(
  channels: Channels,
  filter: CheckedFilter | undefined,
): Promise<readonly Channel[]> {
  const readable = (await channels.all()).filter(({ isReadable }) => isReadable);
  return filter ? readable.filter((channel) => isAsked(channel, filter)) : readable;
}

/** False only where no message of the channel can pass. */
function isAsked(channel: Channel, filter: CheckedFilter): boolean {
  switch (filter.kind) {
    case 'and':
      return filter.terms.every((term) => isAsked(channel, term));
    case 'or':
      return filter.terms.some((term) => isAsked(channel, term));
    case 'compare':
      return filter.operator !== '=' || has(channel, filter.operand.field, [filter.value]);
    case 'in':
      return has(channel, filter.operand.field, filter.values);
    default:
      return true;
  }
}

function has({ id, name }: Channel, field: string, values: readonly (string | null)[]): boolean {
  if (field === 'channel') return values.includes(id);
  return field !== 'channel_name' || values.includes(name);
}
