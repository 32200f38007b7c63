import { PasswordInput } from '@mantine/core';
import { passwordLengthMax, passwordLengthMin } from '../../contract/platform/shapes.ts';

type NewPasswordProps = { label?: string; value: string; onChange: (password: string) => void };

/** A field for a new password, with its rule. */
export function NewPassword({ label = 'New password', value, onChange }: NewPasswordProps) {
  return (
    <PasswordInput
      label={label}
      description={`At least ${passwordLengthMin} characters; a sentence is good.`}
      name="new-password"
      autoComplete="new-password"
      required
      withAsterisk={false}
      minLength={passwordLengthMin}
      maxLength={passwordLengthMax}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
