import { Anchor, Button, Checkbox, Group, Stack, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { Refusal } from '../../ui/refusal.tsx';
import { verifySecondStep } from '../auth.ts';
import { Heading } from './heading.tsx';
import { returnPath } from './return-path.ts';

const route = getRouteApi('/outside/sign-in/two-factor');

/** The second step: a code of the authenticator, or one of the backup codes. */
export function TwoFactorPage() {
  const target = returnPath(route.useSearch().return);
  const [kind, setKind] = useState<'totp' | 'backup'>('totp');
  const [code, setCode] = useState('');
  const [trusts, setTrusts] = useState(false);
  const verifying = useMutation({
    mutationFn: () => verifySecondStep(kind, code.trim(), trusts),
    meta: { isQuiet: true },
    onSuccess: () => location.assign(target),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    verifying.mutate();
  };
  const switchKind = () => {
    setKind(kind === 'totp' ? 'backup' : 'totp');
    setCode('');
    verifying.reset();
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <Heading title="Second step">
          {kind === 'totp'
            ? 'Enter the six digits that your authenticator shows.'
            : 'Enter one of the backup codes that you wrote down; it is used up by this.'}
        </Heading>
        <Refusal error={verifying.error} />
        <TextInput
          key={kind}
          label={kind === 'totp' ? 'Code' : 'Backup code'}
          name="code"
          autoComplete="one-time-code"
          inputMode={kind === 'totp' ? 'numeric' : 'text'}
          required
          withAsterisk={false}
          autoFocus
          value={code}
          onChange={(event) => setCode(event.currentTarget.value)}
        />
        <Checkbox
          label="Don’t ask on this device for 30 days"
          checked={trusts}
          onChange={(event) => setTrusts(event.currentTarget.checked)}
        />
        <Button type="submit" fullWidth loading={verifying.isPending}>
          Go on
        </Button>
        <Group justify="space-between">
          <Anchor component="button" type="button" size="sm" onClick={switchKind}>
            {kind === 'totp' ? 'Use a backup code' : 'Use the authenticator'}
          </Anchor>
          <Anchor component={Link} to="/sign-in" size="sm">
            Start again
          </Anchor>
        </Group>
      </Stack>
    </form>
  );
}
