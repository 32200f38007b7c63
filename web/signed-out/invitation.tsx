import { Button, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { nameLengthMax } from '../../contract/platform/shapes.ts';
import { ApiError } from '../api.ts';
import { platform } from '../platform/api.ts';
import { signIn } from '../platform/auth.ts';
import { NewPassword } from '../platform/new-password.tsx';
import { sessionQuery } from '../platform/session.ts';
import { Form } from '../ui/form.tsx';
import { LinkButton } from '../ui/link-button.tsx';
import { Refusal } from '../ui/refusal.tsx';
import { LoadingLines } from '../ui/states.tsx';
import { Heading } from './heading.tsx';

const route = getRouteApi('/signed-out/invitations/$token');

/** The page of an invitation's link; opening it changes nothing. */
export function InvitationPage() {
  const { token } = route.useParams();
  const { data, error } = useQuery({
    queryKey: ['invitation', token],
    queryFn: () => platform.getInvitation({ params: { token } }),
  });
  if (error instanceof ApiError && error.status === 404) {
    return (
      <NoWay title="This invitation cannot be opened">
        This link belongs to no invitation. Check that it is complete, or ask whoever invited you.
      </NoWay>
    );
  }
  if (error) {
    return (
      <Stack>
        <Heading title="This invitation cannot be opened" />
        <Refusal error={error} />
      </Stack>
    );
  }
  if (!data) return <LoadingLines label="Loading the invitation" />;
  if (data.state !== 'open') return <ClosedInvitation {...data} />;
  const title = `Join ${data.organization.name}`;
  if (data.needs_mail) return <NeedsMail title={title} email={data.email} />;
  return (
    <Stack>
      <Heading title={title}>This invitation is for {data.email}.</Heading>
      {data.has_account ? (
        <Join token={token} email={data.email} />
      ) : (
        <OpenAccount token={token} email={data.email} />
      )}
    </Stack>
  );
}

const reasons = {
  expired: 'It is older than seven days. Ask for a new one.',
  accepted: 'It has already been accepted; sign in.',
  revoked: 'It was withdrawn. Ask whoever invited you.',
};

type Closed = { state: keyof typeof reasons | 'open'; organization: { name: string } };

function ClosedInvitation({ state, organization }: Closed) {
  return (
    <NoWay title="This invitation is no longer valid">
      It was for {organization.name}. {state !== 'open' && reasons[state]}
    </NoWay>
  );
}

/** The account may belong to somebody else than whoever has the link. */
function NeedsMail({ title, email }: { title: string; email: string }) {
  return (
    <NoWay title={title}>
      An account with the address {email} exists here, or existed before. This link does not verify
      the address: only an invitation sent by mail opens the account. Ask whoever invited you.
    </NoWay>
  );
}

/** The link is not valid; people with an account can sign in. */
function NoWay({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Stack>
      <Heading title={title}>{children}</Heading>
      <LinkButton to="/sign-in" variant="default">
        Go to sign in
      </LinkButton>
    </Stack>
  );
}

type Accepting = { token: string; email: string };

function OpenAccount({ token, email }: Accepting) {
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const accepting = useMutation({
    mutationFn: async () => {
      await platform.acceptInvitation({ params: { token }, body: { name: name.trim(), password } });
      await signIn(email, password);
    },
    meta: { isQuiet: true },
    onSuccess: () => location.assign('/'),
  });
  return (
    <Form onSubmit={() => accepting.mutate()}>
      <Refusal error={accepting.error} />
      <input type="hidden" name="username" autoComplete="username" value={email} readOnly />
      <TextInput
        label="Your name"
        autoComplete="name"
        required
        withAsterisk={false}
        maxLength={nameLengthMax}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <NewPassword label="Password" value={password} onChange={setPassword} />
      <Button type="submit" fullWidth loading={accepting.isPending}>
        Open my account
      </Button>
    </Form>
  );
}

/** Somebody who has an account joins with it. */
function Join({ token, email }: Accepting) {
  const { data: session, isPending } = useQuery({
    ...sessionQuery,
    retry: false,
    meta: { isQuiet: true },
  });
  const joining = useMutation({
    mutationFn: () => platform.joinOrganization({ params: { token } }),
    meta: { isQuiet: true },
    onSuccess: () => location.assign('/'),
  });
  if (isPending) return <LoadingLines />;
  if (session?.user.email !== email) {
    return (
      <>
        <Text size="sm">
          You already have an account with this address. Sign in, and you will come back here.
        </Text>
        <LinkButton to="/sign-in" search={{ return: `/invitations/${token}` }}>
          Sign in
        </LinkButton>
      </>
    );
  }
  return (
    <>
      <Refusal error={joining.error} />
      <Button loading={joining.isPending} onClick={() => joining.mutate()}>
        Join
      </Button>
    </>
  );
}
