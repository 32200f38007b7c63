import type { Command } from 'commander';
import { defineChannels } from './channels.ts';
import { defineKeys } from './keys.ts';
import { defineQuota } from './quota.ts';

export function define(program: Command): void {
  defineQuota(program);
  defineKeys(program);
  defineChannels(program);
}
