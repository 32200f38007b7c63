import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AppError } from '../../../runtime/errors.ts';
import type { Action, Placed } from '../definition.ts';
import { checkAllNames } from './names.ts';

const placedIn = (actions: readonly object[]): Placed[] =>
  actions.map((action, at) => ({ path: `actions.${at}`, action: action as Action }) as Placed);
const check = (...actions: object[]) =>
  checkAllNames(placedIn(actions), { object: 'Lead', fields: ['A', 'B'] });

test('what a step puts out is known by its type', () => {
  const ask = { type: 'approval', name: 'ask', to: 'front-desk', message: 'Well?' };
  const find = { type: 'query', name: 'find' };
  const say = (message: string) => ({ type: 'notify', channel: 'slack', message });
  const each = '{{#steps.find.output.records}}{{Any}}{{/steps.find.output.records}}';

  check(ask, find, say(`{{steps.ask.output.comment}} ${each}`));
  assert.throws(
    () => check(ask, say('Said: {{steps.ask.output.answer}}')),
    /actions\.1\.message: at character 7: there is no "answer" in steps\.ask\.output/,
  );
});

test('what a transform sets sees the record as it is by then', () => {
  const tells = { type: 'notify', channel: 'slack', message: '{{Lead.D}} {{trigger.record.A}}' };

  check({ type: 'transform', config: { rename: { A: 'C' }, set: { D: '{{Lead.C}}' } } }, tells);
  check({ type: 'transform', config: { jsonata: '$', set: { D: '{{Lead.Any}}' } } }, tells);
  assert.throws(
    () => check({ type: 'transform', config: { rename: { A: 'C' }, set: { D: '{{Lead.A}}' } } }),
    (error: unknown) => error instanceof AppError && /there is no "A" in Lead/.test(error.message),
  );
  assert.throws(
    () =>
      check(
        { type: 'transform', config: { remove: ['B'] } },
        { type: 'condition', filter: 'B = 1' },
      ),
    (error: unknown) => error instanceof AppError && /there is no "B"/.test(error.message),
  );
});
