import { Anchor, Button, Checkbox, Group, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useState } from 'react';
import { verifySecondStep } from '../platform/auth.ts';
import { Form } from '../ui/form.tsx';
import { Refusal } from '../ui/refusal.tsx';
import { Heading } from './heading.tsx';
import { returnPath } from './return-path.ts';

const route = getRouteApi('/signed-out/sign-in/two-factor');

const kinds = {
  totp: {
    hint: 'Enter the six digits that your authenticator shows.',
    label: 'Code',
    inputMode: 'numeric',
    otherWay: 'Use a backup code',
  },
  backup: {
    hint: 'Enter one of the backup codes that you wrote down; it is used up by this.',
    label: 'Backup code',
    inputMode: 'text',
    otherWay: 'Use the authenticator',
  },
} as const;

/** The second step: a code of the authenticator, or one of the backup codes. */
export function TwoFactorPage() {
  const target = returnPath(route.useSearch().return);
  const [kind, setKind] = useState<keyof typeof kinds>('totp');
  const { hint, label, inputMode, otherWay } = kinds[kind];
  const [code, setCode] = useState('');
  const [trusts, setTrusts] = useState(false);
  const verifying = useMutation({
    mutationFn: () => verifySecondStep(kind, code.trim(), trusts),
    meta: { isQuiet: true },
    onSuccess: () => location.assign(target),
  });
  const switchKind = () => {
    setKind(kind === 'totp' ? 'backup' : 'totp');
    setCode('');
    verifying.reset();
  };
  return (
    <Form onSubmit={() => verifying.mutate()}>
      <Heading title="Second step">{hint}</Heading>
      <Refusal error={verifying.error} />
      <TextInput
        key={kind}
        label={label}
        name="code"
        autoComplete="one-time-code"
        inputMode={inputMode}
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
      <OtherWays otherWay={otherWay} onSwitch={switchKind} />
    </Form>
  );
}

function OtherWays({ otherWay, onSwitch }: { otherWay: string; onSwitch: () => void }) {
  return (
    <Group justify="space-between">
      <Anchor component="button" type="button" size="sm" onClick={onSwitch}>
        {otherWay}
      </Anchor>
      <Anchor component={Link} to="/sign-in" size="sm">
        Start again
      </Anchor>
    </Group>
  );
}
