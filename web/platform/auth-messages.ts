/**
 * Messages for better-auth's errors that say what to do; its own are for programmers. By its codes,
 * in lower case:
 * https://www.better-auth.com/docs/concepts/api#error-handling
 */
export const authMessages: Readonly<Record<string, string>> = {
  invalid_email_or_password: 'The e-mail or the password is wrong.',
  invalid_email: 'This is not an e-mail address.',
  invalid_password: 'The password is wrong.',
  password_too_short: 'The password is too short.',
  password_too_long: 'The password is too long.',
  invalid_token: 'This link is no longer valid; ask for a new one.',
  invalid_code: 'The code is wrong. It changes every 30 seconds: enter the one that is shown now.',
  used_code: 'This code has already been used. Wait for the next one.',
  invalid_backup_code: 'The backup code is wrong, or has already been used.',
  invalid_two_factor_cookie: 'Too much time has passed since the first step; start again.',
};
