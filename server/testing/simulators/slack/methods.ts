import type { Channel, Message } from './channel.ts';
import { post, remove, update } from './chat.ts';
import { pageOf } from './paging.ts';
import { Refusal } from './refusal.ts';
import { showChannel, showMessage, showUser } from './shown.ts';
import type { Workspace } from './workspace.ts';

type Asked = {
  readonly workspace: Workspace;
  readonly given: URLSearchParams;
  readonly scopes: readonly string[];
};
type Answer = Readonly<Record<string, unknown>>;

export const methods: Readonly<Record<string, (asked: Asked) => Answer>> = {
  'auth.test': ({ workspace: { team, bot, isPerson } }) => ({
    ...{ url: 'https://company.example/', team: 'Company', team_id: team },
    ...{ user: isPerson ? 'person0' : 'app', user_id: isPerson ? 'U000000000' : bot.user },
    ...(isPerson ? {} : { bot_id: bot.id }),
    is_enterprise_install: false,
  }),
  'conversations.list': listChannels,
  'conversations.info': (asked) => ({ channel: showChannel(channelIn(asked)) }),
  'conversations.history': history,
  'conversations.replies': replies,
  'users.list': listUsers,
  'chat.postMessage': (asked) => written(asked, post),
  'chat.update': (asked) => written(asked, update),
  'chat.delete': (asked) => written(asked, remove),
};

function listChannels({ workspace, given, scopes }: Asked): Answer {
  const types = (given.get('types') ?? 'public_channel').split(',');
  if (types.includes('public_channel')) requireScope(scopes, 'channels:read');
  if (types.includes('private_channel')) requireScope(scopes, 'groups:read');
  const isAll = given.get('exclude_archived') !== 'true';
  const seen = workspace.channels.filter(({ isPrivate, isMember, isArchived }) => {
    const isAsked = types.includes(isPrivate ? 'private_channel' : 'public_channel');
    return isAsked && (isMember || !isPrivate) && (isAll || !isArchived);
  });
  const { page, ...more } = pageOf(seen, given, { prefix: 'team', max: 999 });
  return { channels: page.map(showChannel), ...more };
}

function listUsers({ workspace, given, scopes }: Asked): Answer {
  requireScope(scopes, 'users:read');
  const { page, ...more } = pageOf(workspace.users, given, { prefix: 'user', max: 1_000 });
  const withEmail = scopes.includes('users:read.email');
  return { members: page.map((user) => showUser(workspace, user, withEmail)), ...more };
}

/** The newest first, from before `latest` on. */
function history(asked: Asked): Answer {
  const channel = readableIn(asked);
  const found = within(channel.top(), asked.given).reverse();
  const { page, ...more } = pageOf(found, asked.given, { prefix: 'next_ts', max: 999 });
  return { messages: page.map((one) => showMessage(channel, one, isWhole(asked))), ...more };
}

/** The message that was answered comes first, whatever times are asked for; of an answer, it alone. */
function replies(asked: Asked): Answer {
  const channel = readableIn(asked);
  const first = channel.find(asked.given.get('ts') ?? undefined);
  if (!first) throw new Refusal('thread_not_found');
  const own = within(channel.repliesTo(first.ts), asked.given);
  const { page, ...more } = pageOf(own, asked.given, { prefix: 'next_ts', max: 1_000 });
  const shown = asked.given.has('cursor') ? page : [first, ...page];
  return { messages: shown.map((one) => showMessage(channel, one, isWhole(asked))), ...more };
}

const isWhole = ({ given }: Asked) => given.get('include_all_metadata') === 'true';

function within(messages: readonly Message[], given: URLSearchParams): Message[] {
  const [oldest, latest] = [given.get('oldest') ?? '', given.get('latest') ?? ''];
  const isInclusive = given.get('inclusive') === 'true';
  return messages.filter(({ ts }) => {
    if (isInclusive && (ts === oldest || ts === latest)) return true;
    return (oldest === '' || ts > oldest) && (latest === '' || ts < latest);
  });
}

function written(
  { workspace, given, scopes }: Asked,
  act: (workspace: Workspace, channel: Channel, given: URLSearchParams) => Answer,
): Answer {
  requireScope(scopes, 'chat:write');
  const name = given.get('channel') ?? '';
  const channel = workspace.channels.find((one) => {
    return one.id === name || one.name === name.replace(/^#/, '');
  });
  if (!channel || (channel.isPrivate && !channel.isMember)) throw new Refusal('channel_not_found');
  return act(workspace, channel, given);
}

function channelIn({ workspace, given }: Asked): Channel {
  const channel = workspace.channels.find(({ id }) => id === given.get('channel'));
  if (channel && (!channel.isPrivate || channel.isMember)) return channel;
  throw new Refusal('channel_not_found');
}

function readableIn(asked: Asked): Channel {
  const channel = channelIn(asked);
  requireScope(asked.scopes, channel.isPrivate ? 'groups:history' : 'channels:history');
  if (!asked.workspace.mayRead(channel)) throw new Refusal('not_in_channel');
  return channel;
}

function requireScope(scopes: readonly string[], needed: string): void {
  if (scopes.includes(needed)) return;
  throw new Refusal('missing_scope', { needed, provided: scopes.join(',') });
}
