import { Anchor, Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { Form } from '../../ui/form.tsx';
import { Refusal } from '../../ui/refusal.tsx';
import { requestPasswordReset } from '../auth.ts';
import { useSignInOptions } from '../sign-in-options.ts';
import { Heading } from './heading.tsx';

const unsent = 'from whoever runs this server, which sends no mail: ask them for it';

/** Asks for a mail with a link to set a new password. */
export function ForgotPasswordPage() {
  const [email, setEmail] = useState('');
  const way = useSignInOptions()?.mail === false ? unsent : 'by mail';
  const asking = useMutation({
    mutationFn: () => requestPasswordReset(email.trim()),
    meta: { isQuiet: true },
  });
  return (
    <Stack>
      <Heading title="Forgot your password?">
        {!asking.isSuccess && `You get a link to set a new one ${way}.`}
      </Heading>
      {asking.isSuccess ? (
        <Text role="status">
          If {email.trim()} has an account here, a link is sent {way}. It is valid for an hour.
        </Text>
      ) : (
        <Form onSubmit={() => asking.mutate()}>
          <Refusal error={asking.error} />
          <TextInput
            label="E-mail"
            type="email"
            autoComplete="username"
            required
            withAsterisk={false}
            autoFocus
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
          />
          <Button type="submit" fullWidth loading={asking.isPending}>
            Send the link
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
