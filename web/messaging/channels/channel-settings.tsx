import { Button, Divider, Group, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { nameLengthMax } from '../../../contract/messaging/shapes.ts';
import type { ChannelState } from '../../../contract/messaging/website/shapes.ts';
import { Form } from '../../ui/form.tsx';
import { notify } from '../../ui/notify.ts';
import { Question } from '../../ui/question.tsx';
import { messageOf } from '../../ui/states.tsx';
import { messaging } from '../api.ts';
import { type Home, homeQuery } from '../home.ts';
import { useIsJoined, useMe } from '../live/home.ts';
import { ChannelMembers } from './channel-members.tsx';
import { MembersMayChange } from './members-may-change.tsx';
import { useMembership } from './membership.ts';
import { PrivacyChoice } from './privacy-choice.tsx';
import { useChannelRights } from './rights.ts';

type ChannelSettingsProps = { channel: ChannelState; onClose: () => void };

/** The members, name and privacy of a channel, and how to leave and to archive it. */
export function ChannelSettings({ channel, onClose }: ChannelSettingsProps) {
  const { runs, mayContribute } = useChannelRights(channel);
  return (
    <Stack gap="lg" pb="lg">
      {mayContribute ? (
        <ChannelForm channel={channel} />
      ) : (
        <Text size="sm" c="dimmed">
          {channel.members_may_change
            ? 'Join the channel to change what it is about.'
            : 'The person who opened the channel, owners and admins change it and add people.'}
        </Text>
      )}
      <Divider />
      <ChannelMembers channel={channel} />
      <LeaveChannel channel={channel} onLeft={onClose} />
      {runs && <ArchiveChannel channel={channel} />}
    </Stack>
  );
}

function ChannelForm({ channel }: { channel: ChannelState }) {
  const { runs } = useChannelRights(channel);
  const [name, setName] = useState(channel.name);
  const [description, setDescription] = useState(channel.description);
  const [privacy, setPrivacy] = useState(channel.privacy);
  const [members_may_change, setMembersMayChange] = useState(channel.members_may_change);
  const changing = useChanging(channel);
  const wanted = {
    name: name.trim(),
    description: description.trim(),
    privacy,
    members_may_change,
  };
  const isChanged =
    name !== channel.name ||
    description !== channel.description ||
    privacy !== channel.privacy ||
    members_may_change !== channel.members_may_change;
  const submit = () => changing.mutate(runs ? wanted : { description: wanted.description });
  return (
    <Form onSubmit={submit}>
      {runs && <NameField name={name} onName={setName} />}
      <Textarea
        label="What it is about"
        autosize
        maxRows={8}
        maxLength={1_000}
        value={description}
        onChange={(event) => setDescription(event.currentTarget.value)}
      />
      {runs && <PrivacyChoice privacy={privacy} onChange={setPrivacy} />}
      {runs && <MembersMayChange checked={members_may_change} onChange={setMembersMayChange} />}
      <SaveLine changing={changing} isReady={isChanged && name.trim() !== ''} />
    </Form>
  );
}

function NameField({ name, onName }: { name: string; onName: (name: string) => void }) {
  return (
    <TextInput
      label="Name"
      required
      withAsterisk={false}
      maxLength={nameLengthMax}
      value={name}
      onChange={(event) => onName(event.currentTarget.value)}
    />
  );
}

type SaveLineProps = { changing: ReturnType<typeof useChanging>; isReady: boolean };

function SaveLine({ changing, isReady }: SaveLineProps) {
  return (
    <>
      {changing.error && (
        <Text role="alert" size="sm" c="var(--mantine-color-error)">
          {messageOf(changing.error)}
        </Text>
      )}
      <Group justify="flex-end">
        <Button type="submit" loading={changing.isPending} disabled={!isReady}>
          Save
        </Button>
      </Group>
    </>
  );
}

type ChannelChange = Partial<
  Pick<ChannelState, 'name' | 'description' | 'privacy' | 'members_may_change' | 'is_archived'>
>;

function useChanging({ channel_id }: ChannelState) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: ChannelChange) => messaging.changeChannel({ params: { channel_id }, body }),
    meta: { isQuiet: true },
    onSuccess: ({ channel }) => {
      client.setQueryData<Home>(homeQuery.queryKey, (home) => home && replace(home, channel));
      notify('The channel was changed.');
    },
  });
}

function replace(home: Home, channel: ChannelState): Home {
  const channels = home.channels.map((one) =>
    one.channel_id === channel.channel_id ? channel : one,
  );
  return { ...home, channels };
}

function LeaveChannel({ channel, onLeft }: { channel: ChannelState; onLeft: () => void }) {
  const { channel_id, name, privacy } = channel;
  const own = useMe();
  const isJoined = useIsJoined(channel_id);
  const navigate = useNavigate();
  const { removing } = useMembership(channel_id);
  const [isAsking, asking] = useDisclosure(false);
  if (!isJoined) return null;
  const leave = async () => {
    await removing.mutateAsync(own);
    onLeft();
    if (privacy === 'private') await navigate({ to: '/' });
  };
  const start = () => void leave().catch(() => undefined);
  return (
    <div>
      <Button
        variant="default"
        loading={removing.isPending}
        onClick={privacy === 'private' ? asking.open : start}
      >
        Leave the channel
      </Button>
      {isAsking && (
        <Question
          title={`Leave ${name}?`}
          action="Leave"
          onYes={start}
          onClose={asking.close}
          isPending={removing.isPending}
          error={removing.error}
        >
          It is private: you will no longer see what is posted here, unless somebody in it adds you
          again.
        </Question>
      )}
    </div>
  );
}

function ArchiveChannel({ channel }: { channel: ChannelState }) {
  const { name, is_archived } = channel;
  const changing = useChanging(channel);
  const [isAsking, asking] = useDisclosure(false);
  if (is_archived) {
    return (
      <Button
        variant="default"
        loading={changing.isPending}
        onClick={() => changing.mutate({ is_archived: false })}
      >
        Reopen the channel
      </Button>
    );
  }
  const archive = () => changing.mutate({ is_archived: true }, { onSuccess: asking.close });
  return (
    <div>
      <Button variant="default" onClick={asking.open}>
        Archive the channel…
      </Button>
      {isAsking && (
        <Question
          title={`Archive ${name}?`}
          action="Archive"
          onYes={archive}
          onClose={asking.close}
          isPending={changing.isPending}
          error={changing.error}
        >
          It can still be read and searched, but nobody can post in it. You can reopen it.
        </Question>
      )}
    </div>
  );
}
