import { Anchor, Button, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useState } from 'react';
import { resetPassword } from '../platform/auth.ts';
import { NewPassword } from '../platform/new-password.tsx';
import { Form } from '../ui/form.tsx';
import { Refusal } from '../ui/refusal.tsx';
import { Heading } from './heading.tsx';

const route = getRouteApi('/signed-out/reset-password');

/** The page of the link in the mail; opening it changes nothing. */
export function ResetPasswordPage() {
  const { token } = route.useSearch();
  const [password, setPassword] = useState('');
  const resetting = useMutation({
    mutationFn: () => resetPassword(token ?? '', password),
    meta: { isQuiet: true },
  });
  if (!token) return <OldLink />;
  if (resetting.isSuccess) {
    return (
      <Stack>
        <Heading title="Your password was changed" />
        <Text role="status">All your other sessions have ended.</Text>
        <Button component={Link} to="/sign-in">
          Sign in
        </Button>
      </Stack>
    );
  }
  return (
    <Form onSubmit={() => resetting.mutate()}>
      <Heading title="Set a new password" />
      <Refusal error={resetting.error} />
      <NewPassword value={password} onChange={setPassword} />
      <Button type="submit" fullWidth loading={resetting.isPending}>
        Set the password
      </Button>
    </Form>
  );
}

function OldLink() {
  return (
    <Stack>
      <Heading title="This link is no longer valid">
        It was used, or it is older than an hour.{' '}
        <Anchor component={Link} to="/forgot-password" inherit>
          Ask for a new one
        </Anchor>
      </Heading>
    </Stack>
  );
}
