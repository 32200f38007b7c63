import type { Command } from 'commander';
import { organizationOption } from '../options.ts';
import { operationWith } from '../run.ts';

const operation = operationWith(() => import('../../server/equipment/operator/index.ts'));

export function define(program: Command): void {
  operation(
    program
      .command('device')
      .description('what practices lend to patients')
      .command('list')
      .description('list the devices of an organization')
      .requiredOption(...organizationOption),
    ({ organization }, operator, platform) => operator.listDevices(platform, String(organization)),
  );
}
