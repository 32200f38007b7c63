import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { endAll, heddleJson } from '../../testing/heddle.ts';
import type { Station } from './story.ts';

after(endAll);

test('the story is told to its end: a booking goes round, although the server is killed', async () => {
  const { stations } = await heddleJson<{ stations: Station[] }>(['demo', '--story'], {});

  const told = new Map(stations.map(({ station, happened }) => [station, happened]));
  assert.equal(stations.at(-1)?.station, 'end');
  assert.match(told.get('CRM') ?? '', /^one contact/);
  assert.match(told.get('channel') ?? '', /^one thread/);
  assert.match(told.get('Slack') ?? '', /^one message/);
  assert.match(told.get('partner') ?? '', /^2 signed deliveries/);
});
