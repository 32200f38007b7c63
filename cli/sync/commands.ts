import type { Command } from 'commander';
import { defineConnections } from './connections.ts';
import { defineCursors } from './cursors.ts';
import { defineData } from './data.ts';
import { defineExtensions } from './extensions.ts';
import { defineRuns } from './runs.ts';
import { defineSimulators } from './simulators.ts';
import { defineSyncs } from './syncs.ts';
import { defineTransforms } from './transforms.ts';
import { defineTriggers } from './triggers.ts';
import { defineWebhooks } from './webhooks.ts';
import { defineWorkflows } from './workflows.ts';

export function define(program: Command): void {
  defineConnections(program);
  const sync = program.command('sync').description('what moves records from one system to another');
  defineSyncs(sync);
  defineRuns(sync);
  defineCursors(sync);
  defineExtensions(program);
  defineTransforms(program);
  defineTriggers(program);
  defineWorkflows(program);
  defineWebhooks(program);
  defineData(program);
  defineSimulators(program);
}
