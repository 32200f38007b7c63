import type { NoticeChannel } from '../../../contract/sync/actions.ts';

/** As much as each channel takes. */
const charactersMax: Readonly<Record<NoticeChannel, number>> = {
  slack: 20_000,
  threads: 10_000,
  email: 100_000,
  webhook: 100_000,
};

/**
 * A value of a record, so that it is read as text where it is put into a message: it calls nobody, and
 * brings in no link, file or member under a name of its own.
 */
export function escapeFor(channel: NoticeChannel): (value: string) => string {
  switch (channel) {
    case 'slack':
      // https://docs.slack.dev/messaging/formatting-message-text#escaping
      return (value) =>
        value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
    case 'threads':
      // Formatting has no escape character: what parts the two is not seen (U+2060).
      return (value) => value.replace(/<(?=[@!])/g, '<\u2060').replace(/\](?=\()/g, ']\u2060');
    default:
      return (value) => value;
  }
}

/** What a channel takes of a message. */
export function cutFor(channel: NoticeChannel, message: string): string {
  const text = message.toWellFormed().replaceAll('\0', '');
  const max = charactersMax[channel];
  if (text.length <= max) return text;
  const characters = [...text];
  return characters.length <= max ? text : `${characters.slice(0, max - 1).join('')}…`;
}
