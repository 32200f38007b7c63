import { Anchor, Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { requestPasswordReset } from '../platform/auth.ts';
import { useSignInOptions } from '../platform/sign-in-options.ts';
import { Form } from '../ui/form.tsx';
import { Refusal } from '../ui/refusal.tsx';
import { Heading } from './heading.tsx';

/** Asks for a mail with a link to set a new password. */
export function ForgotPasswordPage() {
  const [email, setEmail] = useState('');
  const sendsMail = useSignInOptions()?.mail !== false;
  const asking = useMutation({
    mutationFn: () => requestPasswordReset(email.trim()),
    meta: { isQuiet: true },
  });
  return (
    <Stack>
      <Heading title="Forgot your password?">
        {!asking.isSuccess &&
          (sendsMail
            ? 'We will send you a link to set a new one.'
            : 'This server cannot send mail; whoever runs it can give you a link.')}
      </Heading>
      {asking.isSuccess ? (
        <Text role="status">
          {!sendsMail && 'This server cannot send mail. '}
          If {email.trim()} has an account here,{' '}
          {sendsMail
            ? 'we have sent a link. It is valid for an hour.'
            : 'ask whoever runs the server for the link.'}
        </Text>
      ) : (
        <Form onSubmit={() => asking.mutate()}>
          <Refusal error={asking.error} />
          <TextInput
            label="E-mail"
            inputMode="email"
            autoComplete="username"
            required
            withAsterisk={false}
            autoFocus
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
          />
          <Button type="submit" fullWidth loading={asking.isPending}>
            {sendsMail ? 'Send the link' : 'Request a link'}
          </Button>
        </Form>
      )}
      <Group justify="center">
        <Anchor component={Link} to="/sign-in" size="sm">
          Back to sign in
        </Anchor>
      </Group>
    </Stack>
  );
}
