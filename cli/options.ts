import type { Command } from 'commander';

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
