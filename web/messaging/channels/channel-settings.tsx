import { Button, Divider, Group, Radio, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { nameLengthMax } from '../../../contract/messaging/shapes.ts';
import type { ChannelState } from '../../../contract/messaging/website/shapes.ts';
import { messaging } from '../../api.ts';
import { administers, useSession } from '../../platform/session.ts';
import { notify } from '../../ui/notify.ts';
import { messageOf } from '../../ui/states.tsx';
import { type Home, homeQuery } from '../home.ts';
import { useIsJoined, useMe } from '../live/home.ts';
import { ChannelMembers } from './channel-members.tsx';
import { useMembership } from './membership.ts';

type ChannelSettingsProps = { channel: ChannelState; onClose: () => void };

/** Who is in a channel, what it is called, who may read it, and how to leave it. */
export function ChannelSettings({ channel, onClose }: ChannelSettingsProps) {
  const isJoined = useIsJoined(channel.channel_id);
  const mayChange = administers(useSession()) || isJoined;
  return (
    <Stack gap="lg" pb="lg">
      {mayChange ? (
        <ChannelForm channel={channel} />
      ) : (
        <Text size="sm" c="dimmed">
          Join the channel to change what it is called, what it is about and who may read it.
        </Text>
      )}
      <Divider />
      <ChannelMembers channel={channel} />
      <LeaveChannel channel={channel} onLeft={onClose} />
    </Stack>
  );
}

function ChannelForm({ channel }: { channel: ChannelState }) {
  const [name, setName] = useState(channel.name);
  const [description, setDescription] = useState(channel.description);
  const [privacy, setPrivacy] = useState(channel.privacy);
  const changing = useChanging(channel);
  const isChanged =
    name !== channel.name || description !== channel.description || privacy !== channel.privacy;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    changing.mutate({ name: name.trim(), description: description.trim(), privacy });
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <TextInput
          label="Name"
          required
          withAsterisk={false}
          maxLength={nameLengthMax}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={changing.error && messageOf(changing.error)}
        />
        <Textarea
          label="What it is about"
          autosize
          maxRows={8}
          maxLength={1_000}
          value={description}
          onChange={(event) => setDescription(event.currentTarget.value)}
        />
        <PrivacyChoice privacy={privacy} onChoose={setPrivacy} />
        <Group justify="flex-end">
          <Button
            type="submit"
            loading={changing.isPending}
            disabled={!isChanged || name.trim() === ''}
          >
            Save
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

type Privacy = ChannelState['privacy'];
type PrivacyChoiceProps = { privacy: Privacy; onChoose: (privacy: Privacy) => void };

function PrivacyChoice({ privacy, onChoose }: PrivacyChoiceProps) {
  return (
    <Radio.Group
      label="Who can read it"
      value={privacy}
      onChange={(value) => onChoose(value === 'private' ? 'private' : 'public')}
    >
      <Stack gap="xs" mt={6}>
        <Radio value="public" label="Everybody in the organization" />
        <Radio value="private" label="Only the people who are added to it" />
      </Stack>
    </Radio.Group>
  );
}

type ChannelChange = Pick<ChannelState, 'name' | 'description' | 'privacy'>;

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
  const { channel_id, privacy } = channel;
  const own = useMe();
  const isJoined = useIsJoined(channel_id);
  const navigate = useNavigate();
  const { removing } = useMembership(channel_id);
  if (!isJoined) return null;
  const leave = async () => {
    await removing.mutateAsync(own);
    onLeft();
    if (privacy === 'private') await navigate({ to: '/' });
  };
  return (
    <div>
      <Button
        variant="default"
        color="red"
        loading={removing.isPending}
        onClick={() => void leave().catch(() => undefined)}
      >
        Leave the channel
      </Button>
      {privacy === 'private' && (
        <Text size="xs" c="dimmed" mt={6}>
          It is private: to come back, somebody in it has to add you.
        </Text>
      )}
    </div>
  );
}
