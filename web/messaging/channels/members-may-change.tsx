import { Checkbox } from '@mantine/core';

type Props = { checked: boolean; onChange: (checked: boolean) => void };

/** What members of a channel may do who do not run it. */
export function MembersMayChange({ checked, onChange }: Props) {
  return (
    <Checkbox
      label="Members can add people and change the description"
      checked={checked}
      onChange={(event) => onChange(event.currentTarget.checked)}
    />
  );
}
