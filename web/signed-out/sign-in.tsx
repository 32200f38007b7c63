import { Anchor, Button, Divider, Group, PasswordInput, Stack, TextInput } from '@mantine/core';
import { IconFingerprint, IconLogin2 } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { ApiError } from '../api.ts';
import { beginSingleSignOn, signIn } from '../platform/auth.ts';
import { signInWithPasskey, takesPasskeys } from '../platform/passkeys.ts';
import { useSignInOptions } from '../platform/sign-in-options.ts';
import { Form } from '../ui/form.tsx';
import { Refusal } from '../ui/refusal.tsx';
import { Heading } from './heading.tsx';
import { returnPath } from './return-path.ts';

const route = getRouteApi('/signed-out/sign-in');

// The error codes of identity providers mean nothing to people.
const sentBack = new ApiError(
  403,
  'not_allowed',
  'The other account did not let you in here: its verified address must be that of a member.',
);

/** Signs in with e-mail and password, with a passkey, or through an identity provider. */
export function SignInPage() {
  const { return: path, error } = route.useSearch();
  const target = returnPath(path);
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const signingIn = useSignIn(target);
  return (
    <Stack>
      <Heading title="Sign in" />
      {error !== undefined && <Refusal error={sentBack} />}
      <Form onSubmit={() => signingIn.mutate({ email: email.trim(), password })}>
        <Refusal error={signingIn.error} />
        <TextInput
          label="E-mail"
          inputMode="email"
          name="email"
          autoComplete="username webauthn"
          required
          withAsterisk={false}
          autoFocus
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
        />
        <PasswordInput
          label="Password"
          name="password"
          autoComplete="current-password"
          required
          withAsterisk={false}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <Button type="submit" fullWidth loading={signingIn.isPending}>
          Sign in
        </Button>
      </Form>
      <OtherWays target={target} />
      <Group justify="center">
        <Anchor component={Link} to="/forgot-password" size="sm">
          Forgot your password?
        </Anchor>
      </Group>
    </Stack>
  );
}

function useSignIn(target: string) {
  const navigate = useNavigate();
  return useMutation({
    mutationFn: ({ email, password }: { email: string; password: string }) =>
      signIn(email, password),
    meta: { isQuiet: true },
    onSuccess: async ({ needsSecondStep }) => {
      if (!needsSecondStep) return location.assign(target);
      const search = target === '/' ? {} : { return: target };
      await navigate({ to: '/sign-in/two-factor', search });
    },
  });
}

function OtherWays({ target }: { target: string }) {
  const options = useSignInOptions();
  const withPasskey = useMutation({
    mutationFn: signInWithPasskey,
    meta: { isQuiet: true },
    onSuccess: () => location.assign(target),
  });
  const elsewhere = useMutation({
    mutationFn: () => beginSingleSignOn(target),
    meta: { isQuiet: true },
    onSuccess: (address) => location.assign(address),
  });
  const hasPasskeys = options?.passkey !== false && takesPasskeys();
  if (!hasPasskeys && !options?.oidc) return null;
  return (
    <Stack gap="sm">
      <Divider label="or" />
      <Refusal error={withPasskey.error ?? elsewhere.error} />
      {hasPasskeys && (
        <Button
          variant="default"
          leftSection={<IconFingerprint size={18} aria-hidden />}
          loading={withPasskey.isPending}
          onClick={() => withPasskey.mutate()}
        >
          Sign in with a passkey
        </Button>
      )}
      {options?.oidc && (
        <Button
          variant="default"
          leftSection={<IconLogin2 size={18} aria-hidden />}
          loading={elsewhere.isPending}
          onClick={() => elsewhere.mutate()}
        >
          Sign in with {options.oidc.name}
        </Button>
      )}
    </Stack>
  );
}
