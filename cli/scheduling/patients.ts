import type { Command } from 'commander';
import { operation } from './operation.ts';

type Erased = Record<string, unknown> & { stays: readonly string[]; same_email: readonly number[] };

export function definePatients(program: Command): void {
  const patient = program.command('patient').description('people with appointments');
  operation(
    patient
      .command('erase')
      .description('erase a patient everywhere; upcoming appointments are cancelled')
      .requiredOption('--id <id>', 'id of the patient, as polls show it'),
    ({ id }, operator, platform) => operator.erasePatient(platform, String(id)),
    describe,
  );
}

function describe({ stays, same_email, ...done }: Erased): string {
  const lines = Object.entries(done).map(([name, value]) => `${name}: ${value}`);
  const others =
    same_email.length > 0
      ? [
          '',
          `Others with the same e-mail address, perhaps the same person: ${same_email.join(', ')}`,
        ]
      : [];
  return [...lines, ...others, '', 'What stays:', ...stays.map((one) => `- ${one}`)].join('\n');
}
