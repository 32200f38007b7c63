import type { NewMail } from '../mail/mail.ts';

type Facts = {
  id: number;
  email: string;
  organization: string;
  invitedBy: string;
  url: string;
  expiresAt: Date;
};

/** The mail that invites somebody. */
export function invitationMail({ id, email, organization, ...facts }: Facts): NewMail {
  const { invitedBy, url, expiresAt } = facts;
  return {
    key: `invitation ${id}`,
    recipient: email,
    subject: `Invitation to ${singleLine(organization)}`,
    body: [
      `${singleLine(invitedBy)} invites you to join ${singleLine(organization)} on Heddle.`,
      '',
      'To accept, open this page:',
      url,
      '',
      `The link works once, until ${expiresAt.toISOString().slice(0, 10)}.`,
      'If you do not know what this is about, ignore this mail.',
      '',
    ].join('\n'),
    confidential: true,
  };
}

function singleLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ').trim();
}
