import { type Command, InvalidArgumentError } from 'commander';

export const organizationOption = ['--organization <id>', 'id of the organization'] as const;
export const plans = ['developer', 'professional', 'enterprise', 'unlimited'];

/** The texts of an option that may be given several times. */
export function collect(text: string, before: string[] = []): string[] {
  return [...before, text];
}

/** The command of a noun, which may have commands of several products below it. */
export function noun(program: Command, name: string, description: string): Command {
  const known = program.commands.find((one) => one.name() === name);
  return known ?? program.command(name).description(description);
}

/** Reads a whole number within bounds. */
export const wholeNumber = (min: number, max: number) => (text: string) => {
  const number = Number(text);
  if (/^\d{1,9}$/.test(text) && number >= min && number <= max) return number;
  throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`);
};

/** A word as a shell takes it. */
export function quoted(word: string): string {
  return /^[\w.,:/=@+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
