import { Radio, Stack } from '@mantine/core';
import type { ChannelState } from '../../../contract/messaging/website/shapes.ts';

export type Privacy = ChannelState['privacy'];
type Props = { privacy: Privacy; onChange: (privacy: Privacy) => void };

/** Who can read a channel. */
export function PrivacyChoice({ privacy, onChange }: Props) {
  return (
    <Radio.Group
      label="Who can read it"
      value={privacy}
      onChange={(value) => onChange(value === 'private' ? 'private' : 'public')}
    >
      <Stack gap="xs" mt={6}>
        <Radio value="public" label="Everybody in the organization" />
        <Radio value="private" label="Only the people who are added to it" />
      </Stack>
    </Radio.Group>
  );
}
