import type { Options } from 'nodemailer/lib/smtp-connection';

/**
 * Whether a mail server takes addresses beyond ASCII (SMTPUTF8, RFC 6531). It says so in its greeting,
 * which nodemailer does not hand on with a mail, so it is greeted once more; such addresses are rare.
 */
export async function speaksUtf8(url: string): Promise<boolean> {
  const [{ default: SMTPConnection }, { parseConnectionUrl }] = await Promise.all([
    import('nodemailer/lib/smtp-connection'),
    import('nodemailer/lib/shared'),
  ]);
  const options: Options = { ...parseConnectionUrl(url), connectionTimeout: 15_000 };
  const connection = new SMTPConnection(options);
  return new Promise((resolve, reject) => {
    connection.once('error', reject);
    connection.once('end', () => reject(new Error('the mail server hung up')));
    connection.connect((error) => {
      const greeting = String(connection.lastServerResponse);
      connection.quit();
      if (error) reject(error);
      else resolve(/^250[ -]SMTPUTF8\b/im.test(greeting));
    });
  });
}
