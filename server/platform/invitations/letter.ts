import type { NewMail } from '../mail/mail.ts';
import { singleLine } from '../mail/single-line.ts';
import type { InvitationRow } from './store.ts';

/** The mail that invites somebody, with the link to accept it by. */
export function invitationMail(invitation: InvitationRow, url: string): NewMail {
  const { id, email, organization_name: organization, invited_by, expires_at } = invitation;
  return {
    key: `invitation ${id}`,
    recipient: email,
    subject: `Invitation to ${singleLine(organization, 200)}`,
    body: [
      `${singleLine(invited_by, 200)} invites you to join ${singleLine(organization, 200)} on Heddle.`,
      '',
      'To accept, open this page:',
      url,
      '',
      `The link works once, until ${expires_at.toISOString().slice(0, 10)}.`,
      'If you do not know what this is about, ignore this mail.',
      '',
    ].join('\n'),
    confidential: true,
  };
}
