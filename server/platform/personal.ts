/**
 * How personal data leaves again:
 * - `patient`: `heddle patient erase` deletes it.
 * - `time`: housekeeping deletes it, or it is valid for a while only.
 * - `author`: its author deletes it; nothing of the text of what is deleted stays.
 * - `account`: it belongs to somebody who signs in, and stays while what they wrote needs a name.
 * - `operator`: it came with a restored copy, until `heddle adopt --send` or `--drop`.
 * - `nobody`: it is about an organization, its programs or this server, or it is a number or a
 * state.
 */
export type Way = 'patient' | 'time' | 'author' | 'account' | 'operator' | 'nobody';

/**
 * For every table: how its rows leave. Where they leave as a whole, or are about nobody, one word
 * is enough; otherwise each column that can hold words says how they leave. A new table or column
 * is added here.
 */
export type Ways = Readonly<Record<string, Way | Readonly<Record<string, Way>>>>;

export const personal: Ways = {
  'platform.account': 'account',
  'platform.api_key': 'nobody',
  'platform.audit': 'time',
  'platform.consumer': 'nobody',
  'platform.event': 'time',
  'platform.event_reader': 'nobody',
  'platform.file': 'author',
  'platform.held': { name: 'nobody', data: 'operator' },
  'platform.idempotency': 'time',
  'platform.invitation': 'time',
  'platform.mail': {
    key: 'nobody',
    recipient: 'patient',
    reply_to: 'patient',
    topic: 'nobody',
    subject: 'patient',
    body: 'time',
    calendar: 'time',
    calendar_method: 'nobody',
    failure: 'nobody',
  },
  'platform.member': 'account',
  'platform.migration': 'nobody',
  'platform.organization': 'nobody',
  'platform.passkey': 'account',
  'platform.secret': 'nobody',
  'platform.session': 'time',
  'platform.setting': 'nobody',
  'platform.signing_key': 'nobody',
  'platform.storage': 'nobody',
  'platform.two_factor': 'account',
  'platform.used_code': 'time',
  'platform.user': 'account',
  'platform.verification': 'time',
};
