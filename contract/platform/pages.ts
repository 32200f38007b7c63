import { definePages } from '../pages.ts';

/** The start page, the account's pages, and the ways to sign in. */
export const pages = definePages({
  inside: {
    home: '/',
    settings: '/settings',
    members: '/settings/members',
    organization: '/settings/organization',
  },
  outside: {
    signIn: '/sign-in',
    twoFactor: '/sign-in/two-factor',
    forgotPassword: '/forgot-password',
    resetPassword: '/reset-password',
    invitation: '/invitations/$token',
  },
  parts: { token: '[\\w-]{1,200}' },
});
