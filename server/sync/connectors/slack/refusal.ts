import { type JsonObject, textIn } from '../../values/members.ts';
import { ConnectorError, type FaultKind } from '../failure.ts';

type Fault = {
  readonly kind: FaultKind;
  /** The field of a record that is at fault, where one is. */
  readonly field?: string;
  /** What is wrong, after "Slack" or after the field. */
  readonly words?: string;
};

const saidCharactersMax = 300;
const retrySeconds = 5;

// https://docs.slack.dev/reference/methods: each method lists its errors
const faults: Readonly<Record<string, Fault>> = {
  invalid_auth: { kind: 'configuration', words: 'does not accept the token' },
  not_authed: { kind: 'configuration', words: 'was given no token' },
  token_expired: { kind: 'configuration', words: 'says that the token is over' },
  token_revoked: {
    ...{ kind: 'configuration', words: 'says that the token was revoked: install the app again' },
  },
  account_inactive: {
    kind: 'configuration',
    words: 'says that the user, or the workspace, of the token is there no more',
  },
  missing_scope: { kind: 'configuration' },
  not_allowed_token_type: {
    kind: 'configuration',
    words: 'does not allow this with such a token: give the bot token of an app',
  },
  ...all('configuration', [
    ...['no_permission', 'access_denied', 'ekm_access_denied', 'org_login_required'],
    ...['team_access_not_granted', 'enterprise_is_restricted', 'two_factor_setup_required'],
    ...['accesslimited', 'invalid_app_id', 'app_management_app_not_installed'],
  ]),
  ...all('retry', [
    ...['ratelimited', 'rate_limited', 'internal_error', 'fatal_error', 'service_unavailable'],
    ...['request_timeout', 'team_added_to_org', 'team_quota_exceeded'],
  ]),
  channel_not_found: {
    ...{ kind: 'missing', field: 'channel', words: 'names no channel that the app can see' },
  },
  not_in_channel: {
    kind: 'request',
    field: 'channel',
    words: 'names a channel that the app is not in: invite it there',
  },
  is_archived: { kind: 'request', field: 'channel', words: 'names a channel that is archived' },
  restricted_action: {
    ...{ kind: 'request', field: 'channel', words: 'names a channel where the app may not post' },
  },
  message_not_found: { kind: 'missing', field: 'ts', words: 'names no message of the channel' },
  thread_not_found: { kind: 'missing', field: 'thread_ts', words: 'names no message' },
  cannot_reply_to_message: {
    ...{ kind: 'request', field: 'thread_ts', words: 'names a message that cannot be answered' },
  },
  cant_update_message: { kind: 'request', field: 'ts', words: 'names a message of somebody else' },
  cant_delete_message: { kind: 'request', field: 'ts', words: 'names a message of somebody else' },
  edit_window_closed: { kind: 'request', field: 'ts', words: 'names a message that is too old' },
  msg_too_long: { kind: 'request', field: 'text', words: 'is too long' },
  no_text: { kind: 'request', field: 'text', words: 'is empty, and there are no blocks' },
  ...blocks('is no list of blocks that Slack knows', [
    ...['invalid_blocks', 'invalid_blocks_format', 'msg_blocks_too_long'],
  ]),
};

/** Slack does not do what it is asked. */
export class SlackRefusal extends ConnectorError {
  readonly code: string;
  readonly #fault: Fault;

  constructor(answer: JsonObject, method: string) {
    const code = codeIn(answer);
    const fault = (Object.hasOwn(faults, code) && faults[code]) || { kind: 'request' };
    super(fault.kind, wordsOf(answer, method, fault), {
      ...(fault.kind === 'retry' ? { retryAfterSeconds: retrySeconds } : {}),
      ...detailsOf(answer),
    });
    this.code = code;
    this.#fault = fault;
  }

  /** Whether nothing but this record is at fault. */
  get isOfRecord(): boolean {
    return this.kind === 'request' || this.kind === 'missing';
  }

  /** The same, of a record. */
  get ofRecord(): { error: string; field?: string; said?: string } {
    const { field, words } = this.#fault;
    const said = this.upstream ? { said: this.upstream } : {};
    if (field === undefined) return { error: `Slack refuses the record (${this.code}).`, ...said };
    return { error: `The field "${field}" ${words} (${this.code}).`, field, ...said };
  }
}

function wordsOf(answer: JsonObject, method: string, { field, words, kind }: Fault): string {
  const code = codeIn(answer);
  if (code === 'missing_scope') {
    const scope = textIn(answer.needed) || 'a scope';
    return `The token lacks ${scope}, which ${method} needs: add it to the app, and install that again.`;
  }
  if (kind === 'retry') return `Slack cannot answer ${method} just now (${code}).`;
  if (field !== undefined) return `Slack refuses ${method}: the ${field} ${words} (${code}).`;
  return `Slack ${words ?? `refuses ${method}`} (${code}).`;
}

/** What Slack calls it: a word, never a text of somebody. */
function codeIn({ error }: JsonObject): string {
  const code = textIn(error);
  return /^\w{1,80}$/.test(code) ? code : 'no reason given';
}

function detailsOf({ response_metadata: more }: JsonObject): { upstream?: string } {
  const { messages = null } = (more ?? {}) as JsonObject;
  if (!Array.isArray(messages) || messages.length === 0) return {};
  return { upstream: messages.map(textIn).join(' ').slice(0, saidCharactersMax) };
}

function all(kind: FaultKind, codes: readonly string[]): Record<string, Fault> {
  return Object.fromEntries(codes.map((code) => [code, { kind }]));
}

function blocks(words: string, codes: readonly string[]): Record<string, Fault> {
  return Object.fromEntries(
    codes.map((code) => [code, { kind: 'request', field: 'blocks', words }]),
  );
}
