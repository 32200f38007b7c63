import { Button, Group, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { nameLengthMax } from '../../../contract/platform/shapes.ts';
import { platform } from '../../platform/api.ts';
import { sessionQuery, useSession } from '../../platform/session.ts';
import { Form } from '../../ui/form.tsx';
import { notify } from '../../ui/notify.ts';
import { Section } from '../../ui/section.tsx';
import { messageOf } from '../../ui/states.tsx';

export function Profile() {
  const { user } = useSession();
  const [name, setName] = useState(user.name);
  const client = useQueryClient();
  const saving = useMutation({
    mutationFn: () => platform.changeProfile({ body: { name: name.trim() } }),
    meta: { isQuiet: true },
    onSuccess: (session) => {
      client.setQueryData(sessionQuery.queryKey, session);
      notify('Your name was changed.');
    },
  });
  return (
    <Section title="Profile" description="How others see you.">
      <Form onSubmit={() => saving.mutate()} maxWidth={440}>
        <TextInput
          label="Name"
          autoComplete="name"
          required
          withAsterisk={false}
          maxLength={nameLengthMax}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={saving.error && messageOf(saving.error)}
        />
        <TextInput label="E-mail" value={user.email} readOnly variant="filled" />
        <Group>
          <Button
            type="submit"
            loading={saving.isPending}
            disabled={name.trim() === '' || name.trim() === user.name}
          >
            Save
          </Button>
        </Group>
      </Form>
    </Section>
  );
}
