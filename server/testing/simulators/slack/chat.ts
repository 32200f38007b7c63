import type { Channel } from './channel.ts';
import { Refusal } from './refusal.ts';
import { showMessage } from './shown.ts';
import type { Workspace } from './workspace.ts';

type Arguments = URLSearchParams;

const textMax = 40_000;
const updatedTextMax = 4_000;
const blocksMax = 50;

/** Posts a message. What is longer than Slack keeps is cut, and only a warning says so. */
export function post(workspace: Workspace, channel: Channel, given: Arguments) {
  if (channel.isArchived) throw new Refusal('is_archived');
  if (!channel.isMember) throw new Refusal('not_in_channel');
  const { text, blocks } = contentOf(given);
  const thread = given.get('thread_ts') ?? undefined;
  if (thread !== undefined && !channel.find(thread)) throw new Refusal('thread_not_found');
  const message = channel.add({
    ...{ ts: workspace.stamp(), text: text.slice(0, textMax), user: workspace.bot.user },
    bot_id: workspace.bot.id,
    ...(thread === undefined ? {} : { thread_ts: thread }),
    ...(given.get('reply_broadcast') === 'true' ? { subtype: 'thread_broadcast' } : {}),
    ...(blocks === undefined ? {} : { blocks }),
    ...metadataIn(given.get('metadata')),
  });
  const cut = { warning: 'message_truncated' };
  return {
    ...{ channel: channel.id, ts: message.ts, message: showMessage(channel, message) },
    ...(text.length > textMax ? cut : {}),
  };
}

export function update(workspace: Workspace, channel: Channel, given: Arguments) {
  const ts = given.get('ts') ?? '';
  const { text, blocks } = contentOf(given);
  if (text.length > updatedTextMax) throw new Refusal('msg_too_long');
  requireOwn(workspace, channel, ts, 'cant_update_message');
  const change = blocks === undefined ? { text } : { text, blocks };
  channel.update(ts, change, workspace.stamp());
  return { channel: channel.id, ts, text };
}

export function remove(workspace: Workspace, channel: Channel, given: Arguments) {
  const ts = given.get('ts') ?? '';
  requireOwn(workspace, channel, ts, 'cant_delete_message');
  channel.remove(ts);
  return { channel: channel.id, ts };
}

function requireOwn(workspace: Workspace, channel: Channel, ts: string, code: string): void {
  const message = channel.find(ts);
  if (!message) throw new Refusal('message_not_found');
  if (message.user !== workspace.bot.user) throw new Refusal(code);
}

function contentOf(given: Arguments): { text: string; blocks: unknown } {
  const text = given.get('text') ?? '';
  const blocks = blocksIn(given.get('blocks'));
  if (text === '' && blocks === undefined) throw new Refusal('no_text');
  return { text, blocks };
}

function metadataIn(text: string | null): { metadata?: unknown } {
  if (text === null) return {};
  let metadata: { event_type?: unknown; event_payload?: unknown };
  try {
    metadata = JSON.parse(text);
  } catch {
    throw new Refusal('invalid_metadata_format');
  }
  const { event_type: type, event_payload: payload } = metadata;
  if (typeof type === 'string' && typeof payload === 'object') return { metadata };
  throw new Refusal('invalid_metadata_format');
}

function blocksIn(text: string | null): unknown {
  if (text === null) return undefined;
  let blocks: unknown;
  try {
    blocks = JSON.parse(text);
  } catch {
    throw new Refusal('invalid_blocks_format');
  }
  if (!Array.isArray(blocks)) throw new Refusal('invalid_blocks_format');
  const isSound = blocks.every((one) => typeof one?.type === 'string');
  if (!isSound || blocks.length > blocksMax) throw new Refusal('invalid_blocks');
  return blocks;
}
