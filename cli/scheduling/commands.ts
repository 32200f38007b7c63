import type { Command } from 'commander';
import { defineConsumers } from './consumers.ts';
import { defineForms } from './forms.ts';
import { definePatients } from './patients.ts';
import { definePractices } from './practices.ts';

export function define(program: Command): void {
  definePractices(program);
  defineForms(program);
  definePatients(program);
  defineConsumers(program);
}
