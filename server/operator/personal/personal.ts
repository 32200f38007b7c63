/**
 * How what is known of people leaves again:
 *
 * - `patient`: `heddle patient erase` takes it away.
 * - `time`: the tidying takes it away, or it holds for a while only.
 * - `author`: whoever wrote it deletes it; of what is deleted no text stays.
 * - `account`: it belongs to somebody who signs in, and stays while what they wrote needs a name.
 * - `operator`: it came with a restored copy, until `heddle adopt --send` or `--drop`.
 * - `nobody`: it is about an organization, its programs or this server, or it is a number or a state.
 */
export type Way = 'patient' | 'time' | 'author' | 'account' | 'operator' | 'nobody';

/**
 * Every table. Where its rows leave as they are, or are about nobody, that says it all; otherwise each
 * column that can hold words says how they leave. A new table or column is added here with its way.
 */
export const ways: Readonly<Record<string, Way | Readonly<Record<string, Way>>>> = {
  'messaging.channel': { name: 'author', description: 'author', name_key: 'author' },
  'messaging.channel_member': 'nobody',
  'messaging.chat': { name: 'author', direct_key: 'nobody', name_key: 'author' },
  'messaging.chat_member': 'nobody',
  'messaging.comment': {
    blocks: 'author',
    plain: 'author',
    reactions: 'author',
    search: 'author',
  },
  'messaging.embed': 'author',
  'messaging.file': 'author',
  'messaging.message': { body: 'author', plain: 'author', reactions: 'author', search: 'author' },
  'messaging.name': 'nobody',
  'messaging.notice': 'author',
  'messaging.reading': 'nobody',
  'messaging.thread': {
    blocks: 'author',
    plain: 'author',
    reactions: 'author',
    search: 'author',
    share_token: 'nobody',
  },
  'messaging.user': { name: 'account' },
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
  'scheduling.appointment': 'nobody',
  'scheduling.booking': 'nobody',
  'scheduling.completed_form': 'patient',
  'scheduling.doctor': 'nobody',
  'scheduling.form': 'nobody',
  'scheduling.location': 'nobody',
  'scheduling.patient': {
    first_name: 'patient',
    last_name: 'patient',
    email: 'patient',
    phone: 'patient',
    phone_extension: 'patient',
    zip_code: 'patient',
    guardian_name: 'patient',
    message: 'patient',
    dob: 'patient',
  },
  'scheduling.practice': 'nobody',
  'scheduling.series': 'nobody',
};
