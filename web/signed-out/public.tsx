import { createRoute } from '@tanstack/react-router';
import { pages } from '../../contract/platform/pages.ts';
import { root } from '../root.tsx';
import { ForgotPasswordPage } from './forgot-password.tsx';
import { Frame } from './frame.tsx';
import { InvitationPage } from './invitation.tsx';
import { ResetPasswordPage } from './reset-password.tsx';
import { returnPath } from './return-path.ts';
import { SignInPage } from './sign-in.tsx';
import { TwoFactorPage } from './two-factor.tsx';

declare module '../routes.ts' {
  interface OutsideRoutes {
    'signed-out': typeof routes;
  }
}

// These pages are so small that none of them is loaded later.
const frame = createRoute({ getParentRoute: () => root, id: 'signed-out', component: Frame });

type ReturnSearch = { return?: string };
const withReturn = (search: Record<string, unknown>): ReturnSearch => {
  const path = returnPath(search.return);
  return path === '/' ? {} : { return: path };
};

const signIn = createRoute({
  getParentRoute: () => frame,
  path: pages.outside.signIn,
  validateSearch: (search: Record<string, unknown>): ReturnSearch & { error?: string } => ({
    ...withReturn(search),
    ...(search.error === undefined ? {} : { error: String(search.error) }),
  }),
  component: SignInPage,
});

const twoFactor = createRoute({
  getParentRoute: () => frame,
  path: pages.outside.twoFactor,
  validateSearch: withReturn,
  component: TwoFactorPage,
});

const forgotPassword = createRoute({
  getParentRoute: () => frame,
  path: pages.outside.forgotPassword,
  component: ForgotPasswordPage,
});

const resetPassword = createRoute({
  getParentRoute: () => frame,
  path: pages.outside.resetPassword,
  validateSearch: ({
    token,
    error,
  }: Record<string, unknown>): { token?: string; error?: string } => ({
    ...(typeof token === 'string' ? { token } : {}),
    ...(typeof error === 'string' ? { error } : {}),
  }),
  component: ResetPasswordPage,
});

const invitation = createRoute({
  getParentRoute: () => frame,
  path: pages.outside.invitation,
  component: InvitationPage,
});

/** The pages around signing in. */
export const routes = frame.addChildren([
  signIn,
  twoFactor,
  forgotPassword,
  resetPassword,
  invitation,
]);
