import { Badge, Button, Group } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { endTwoFactor, makeBackupCodes } from '../../platform/auth.ts';
import { sessionQuery, useSession } from '../../platform/session.ts';
import { notify } from '../../ui/notify.ts';
import { Section } from '../../ui/section.tsx';
import { BackupCodes } from './backup-codes.tsx';
import { PasswordDialog } from './password-dialog.tsx';
import { TwoFactorSetup } from './two-factor-setup.tsx';

type Step = 'none' | 'setting up' | 'ending' | 'making codes';

/** Signing in with the code of an authenticator as a second step. */
export function TwoFactor() {
  const isOn = useSession().user.two_factor_enabled;
  const [step, setStep] = useState<Step>('none');
  const [codes, setCodes] = useState<string[]>();
  const client = useQueryClient();
  const stop = () => setStep('none');
  const finish = async (message: string) => {
    stop();
    await client.invalidateQueries({ queryKey: sessionQuery.queryKey });
    notify(message);
  };
  const setUp = <Button onClick={() => setStep('setting up')}>Set up</Button>;
  return (
    <Section
      title="Two-factor sign-in"
      description="After the password, a code of an authenticator on your phone."
      actions={<Badge color={isOn ? 'loom' : 'gray'}>{isOn ? 'On' : 'Off'}</Badge>}
    >
      <Group>{isOn ? <WhenOn onStep={setStep} /> : setUp}</Group>
      {step === 'setting up' && (
        <TwoFactorSetup onClose={stop} onDone={() => finish('Two-factor sign-in is on.')} />
      )}
      {step === 'ending' && (
        <PasswordDialog
          title="Turn off two-factor sign-in"
          action="Turn off"
          work={endTwoFactor}
          onDone={() => void finish('Two-factor sign-in is off.')}
          onClose={stop}
        />
      )}
      {step === 'making codes' && (
        <PasswordDialog
          title="New backup codes"
          action="Make new codes"
          work={makeBackupCodes}
          onDone={(made) => {
            stop();
            setCodes(made);
          }}
          onClose={stop}
        />
      )}
      {codes && <BackupCodes codes={codes} onClose={() => setCodes(undefined)} />}
    </Section>
  );
}

function WhenOn({ onStep }: { onStep: (step: Step) => void }) {
  return (
    <>
      <Button variant="default" onClick={() => onStep('making codes')}>
        New backup codes
      </Button>
      <Button variant="default" onClick={() => onStep('ending')}>
        Turn off
      </Button>
    </>
  );
}
