import type { Db } from '../../runtime/database/database.ts';
import { invalid } from '../../runtime/errors.ts';
import type { Sessions } from '../connections/sessions.ts';
import { selectConnection } from '../connections/store.ts';
import type { Session } from '../connectors/connector.ts';
import { ConnectorError } from '../connectors/failure.ts';
import { nearest } from '../conventions/names.ts';
import { addressesIn, type Notice, type NoticeGiven, providerOf } from './notice.ts';
import { selectActiveConnections, selectWebhookId } from './store.ts';

type At = { readonly db: Db; readonly organization: number };

const channelsAtOnce = 200;
const pagesMax = 20;
const checkSeconds = 15;
/** Only known once it is rendered. */
const isTemplate = (text: string) => text.includes('{{');

/**
 * What a notice means, everything filled in: without `connection_id` the only active connection of its
 * kind, without `to` the `default_channel` of that.
 * @param path of the action, before each field that is named
 * @throws AppError 400
 */
export async function resolveNotice(at: At, given: NoticeGiven, path = ''): Promise<Notice> {
  const fieldOf = (name: string) => (path === '' ? name : `${path}.${name}`);
  const { channel, subject, data } = given;
  if (!channel) {
    throw invalid(fieldOf('channel'), 'is required: slack, threads, email or webhook.', 'required');
  }
  if (subject && isTemplate(subject)) {
    const rule = 'takes no templates, since a subject is read by others on its way: use `message`.';
    throw invalid(fieldOf('subject'), rule);
  }
  if (data && channel !== 'webhook') {
    throw invalid(fieldOf('data'), 'is for the channel webhook only; leave it out.');
  }
  if (channel === 'email' || channel === 'webhook') {
    if (given.connection_id) {
      throw invalid(fieldOf('connection_id'), `is not for the channel ${channel}; leave it out.`);
    }
    const to = requireTo(channel, given.to, fieldOf('to'));
    if (channel === 'webhook') await requireWebhook(at, to, fieldOf('to'));
    return { channel, connection_id: null, to };
  }
  const connection = await findConnection(at, channel, given.connection_id, fieldOf);
  const { default_channel: usual } = connection.config;
  const to = given.to || (typeof usual === 'string' ? usual : '');
  if (to !== '') return { channel, connection_id: connection.id, to };
  const rule =
    channel === 'slack'
      ? 'is required, since the connection has no config.default_channel.'
      : 'is required: the name or id of a channel.';
  throw invalid(fieldOf('to'), rule, 'required');
}

/**
 * Asks whether a channel is there, as far as that can be known: a system that does not answer keeps
 * nobody from going on. No transaction may be open.
 * @throws AppError 400
 */
export async function checkNotice(
  at: At,
  sessions: Sessions,
  { channel, connection_id, to }: Notice,
  path = '',
): Promise<void> {
  if (connection_id === null || isTemplate(to) || isId(to)) return;
  const connection = await selectConnection(at.db, at.organization, connection_id);
  if (!connection) return;
  const signal = AbortSignal.timeout(checkSeconds * 1000);
  const [wanted, names] = [bare(to), await channelsOf(sessions, connection, signal)];
  if (!names || names.some((name) => bare(name) === wanted)) return;
  const near = nearest(wanted, names);
  const meant = near.length > 0 ? `; did you mean ${near.join(', ')}?` : '.';
  const who = channel === 'slack' ? ' (the app is not in it, or it is not there)' : '';
  const rule = `names no channel that the connection "${connection.name}" sees${who}${meant}`;
  throw invalid(path === '' ? 'to' : `${path}.to`, rule);
}

function requireTo(channel: 'email' | 'webhook', given: string | null | undefined, field: string) {
  if (!given) {
    const what = channel === 'email' ? 'addresses of mail' : 'the id of a webhook';
    throw invalid(field, `is required: ${what}.`, 'required');
  }
  if (isTemplate(given)) return given;
  if (channel === 'email') addressesIn(given, field);
  else if (!/^whk_\w+$/.test(given)) {
    const rule = 'must be the id of a webhook, whk_…; a URL is called by the action `http`.';
    throw invalid(field, rule);
  }
  return given;
}

async function requireWebhook({ db, organization }: At, to: string, field: string) {
  if (isTemplate(to) || (await selectWebhookId(db, organization, to))) return;
  throw invalid(field, `there is no webhook ${to}.`);
}

async function findConnection(
  { db, organization }: At,
  channel: 'slack' | 'threads',
  id: string | null | undefined,
  fieldOf: (name: string) => string,
) {
  const field = fieldOf('connection_id');
  const provider = providerOf[channel];
  if (id) {
    const connection = await selectConnection(db, organization, id);
    if (!connection) throw invalid(field, `there is no connection ${id}.`);
    if (connection.provider === provider) return connection;
    throw invalid(field, `must be a connection of the provider ${provider}.`);
  }
  const [only, another] = await selectActiveConnections(db, organization, provider, 2);
  if (only && !another) return only;
  const why = only ? 'there are several' : 'there is none';
  const rule = `name a connection of the provider ${provider}: of those that are active ${why}.`;
  throw invalid(field, rule, 'required');
}

/** The names of all channels; undefined where they are not known. */
async function channelsOf(
  sessions: Sessions,
  connection: Parameters<Sessions['use']>[0],
  signal: AbortSignal,
): Promise<string[] | undefined> {
  try {
    return await sessions.use(connection, signal, namesIn);
  } catch (error) {
    if (error instanceof ConnectorError) return undefined;
    throw error;
  }
}

async function namesIn(session: Session): Promise<string[] | undefined> {
  const names: string[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < pagesMax; page += 1) {
    const { rows, nextCursor } = await session.query({
      ...{ object: 'channels', fields: ['name'], limit: channelsAtOnce },
      ...(cursor === undefined ? {} : { cursor }),
    });
    names.push(...rows.map(([name]) => name ?? ''));
    if (nextCursor === undefined) return names;
    cursor = nextCursor;
  }
  return undefined;
}

/** Of Slack, of a channel and of a chat of this server. */
const isId = (to: string) => /^([CDGUW][A-Z0-9]{6,}|\d{11}|[0-9a-f-]{36})$/.test(to);

const bare = (name: string) => name.replace(/^#/, '').trim().toLowerCase();
