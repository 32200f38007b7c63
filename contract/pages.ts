/**
 * Every page of the website: its whole URL space as one value, which the server answers and the
 * website routes by. `$name` stands for one part of a path.
 */
export const pages = {
  home: '/',
  signIn: '/sign-in',
  twoFactor: '/sign-in/two-factor',
  forgotPassword: '/forgot-password',
  resetPassword: '/reset-password',
  invitation: '/invitations/$token',
  inbox: '/inbox',
  search: '/search',
  settings: '/settings',
  members: '/settings/members',
  organization: '/settings/organization',
  keys: '/apiKeys',
  chat: '/messages/$chatId',
  /** A channel, thread or comment; with `?messageID=` a chat. */
  named: '/$id',
  message: '/$chatId/$messageId',
} as const;

const uuid = [8, 4, 4, 4, 12].map((length) => `[0-9a-fA-F]{${length}}`).join('-');

/** What stands for each `$name`, as the text of a regular expression. */
export const pageParts: Readonly<Record<string, string>> = {
  token: '[\\w-]{1,200}',
  id: `\\d{11}|${uuid}`,
  chatId: uuid,
  messageId: uuid,
};

const patterns = Object.values(pages).map(
  (path) => new RegExp(`^${path.replace(/\$(\w+)/g, (_, name) => `(?:${pageParts[name]})`)}/?$`),
);

/** Whether a path (without its query) is a page. */
export function isPage(path: string): boolean {
  return patterns.some((pattern) => pattern.test(path));
}
