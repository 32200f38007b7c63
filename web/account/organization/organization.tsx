import { Button, Group, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { nameLengthMax } from '../../../contract/platform/shapes.ts';
import { platform } from '../../platform/api.ts';
import { administers, sessionQuery, useSession } from '../../platform/session.ts';
import { Form } from '../../ui/form.tsx';
import { notify } from '../../ui/notify.ts';
import { Page } from '../../ui/page.tsx';
import { Section } from '../../ui/section.tsx';
import { messageOf } from '../../ui/states.tsx';

/** The name of the organization; owners and admins change it. */
export function OrganizationPage() {
  const session = useSession();
  return (
    <Page title="Organization">
      <Section title="Name" description="Everybody sees it, including people you invite.">
        {administers(session) ? (
          <NameForm name={session.organization.name} />
        ) : (
          <>
            <Text fw={600}>{session.organization.name}</Text>
            <Text size="sm" c="dimmed" mt={4}>
              Owners and admins can change it.
            </Text>
          </>
        )}
      </Section>
    </Page>
  );
}

function NameForm({ name: before }: { name: string }) {
  const [name, setName] = useState(before);
  const client = useQueryClient();
  const saving = useMutation({
    mutationFn: () => platform.changeOrganization({ body: { name: name.trim() } }),
    meta: { isQuiet: true },
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: sessionQuery.queryKey });
      notify('The name was changed.');
    },
  });
  return (
    <Form onSubmit={() => saving.mutate()} maxWidth={440}>
      <TextInput
        label="Name of the organization"
        required
        withAsterisk={false}
        maxLength={nameLengthMax}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        error={saving.error && messageOf(saving.error)}
      />
      <Group>
        <Button
          type="submit"
          loading={saving.isPending}
          disabled={name.trim() === '' || name.trim() === before}
        >
          Save
        </Button>
      </Group>
    </Form>
  );
}
