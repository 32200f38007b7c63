import { Button, Group, PasswordInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { changePassword } from '../../platform/auth.ts';
import { NewPassword } from '../../platform/new-password.tsx';
import { Form } from '../../ui/form.tsx';
import { notify } from '../../ui/notify.ts';
import { Refusal } from '../../ui/refusal.tsx';
import { Section } from '../../ui/section.tsx';

export function Password() {
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const changing = useMutation({
    mutationFn: () => changePassword(current, next),
    meta: { isQuiet: true },
    onSuccess: () => {
      setCurrent('');
      setNext('');
      notify('Your password was changed. All your other sessions have ended.');
    },
  });
  return (
    <Section title="Password" description="Changing it ends all your other sessions.">
      <Form onSubmit={() => changing.mutate()} maxWidth={440}>
        <Refusal error={changing.error} />
        <PasswordInput
          label="Current password"
          autoComplete="current-password"
          required
          withAsterisk={false}
          value={current}
          onChange={(event) => setCurrent(event.currentTarget.value)}
        />
        <NewPassword value={next} onChange={setNext} />
        <Group>
          <Button
            type="submit"
            loading={changing.isPending}
            disabled={current === '' || next === ''}
          >
            Change password
          </Button>
        </Group>
      </Form>
    </Section>
  );
}
