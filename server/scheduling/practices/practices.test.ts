import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makePractice } from '../../testing/makers.ts';
import { startServer } from '../../testing/server.ts';
import { accepted } from '../testing/answers.ts';
import { makeConsumer, makeSchedule } from '../testing/scene.ts';
import { send } from '../testing/wire.ts';

const app = await startServer({ HEDDLE_ROLES: 'web' });

test('practices are listed with their locations, byte for byte as documented', async () => {
  const scene = await makeSchedule(app);

  const answer = await send(scene, 'GET', '/scheduling/practices');

  assert.equal(
    answer.text,
    `[{"id":"${scene.practice.id}","name":"Acme Orthodontics",` +
      `"locations":[{"id":"${scene.location.id}","name":"Springfield"}]}]`,
  );
});

test('a location is written byte for byte as documented', async () => {
  const location = {
    name: 'Springfield',
    timezone: 'America/Chicago',
    website: 'https://acme.example',
    street_address: '1 Main Street',
    secondary_address: 'Suite 2',
    city: 'Springfield',
    state: 'IL',
    zip: '62701',
  };
  const scene = await makeSchedule(app, { locations: [location] });

  const answer = await send(scene, 'GET', '/scheduling/locations');

  assert.equal(
    answer.text,
    `[{"id":"${scene.location.id}","name":"Springfield","website":"https://acme.example",` +
      `"street_address":"1 Main Street","secondary_address":"Suite 2","city":"Springfield",` +
      `"state":"IL","zip":"62701","timezone":"America/Chicago"}]`,
  );
});

test('what is unknown of a location is an empty text', async () => {
  const { client, location } = await makeSchedule(app);

  const answer = await client.listLocations();

  assert.deepEqual(accepted(answer), [
    {
      id: location.id,
      name: 'Springfield',
      website: '',
      street_address: '',
      secondary_address: '',
      city: '',
      state: '',
      zip: '',
      timezone: 'America/Chicago',
    },
  ]);
});

test('practices and locations are listed by name', async () => {
  const timezone = 'America/Chicago';
  const locations = ['West', 'East'].map((name) => ({ name, timezone }));
  const { client, organization } = await makeSchedule(app, { name: 'Zeta', locations });
  await makePractice(app, organization, { name: 'Alpha' });

  const practices = accepted(await client.listPractices());
  const all = accepted(await client.listLocations());

  assert.deepEqual(
    practices.map(({ name, locations }) => [name, ...locations.map((one) => one.name)]),
    [
      ['Alpha', 'Springfield'],
      ['Zeta', 'East', 'West'],
    ],
  );
  assert.deepEqual(
    all.map(({ name }) => name),
    ['East', 'Springfield', 'West'],
  );
});

test('a consumer sees the practices within its reach, and their locations', async () => {
  const scene = await makeSchedule(app);
  const other = await makePractice(app, scene.organization, { name: 'Beyond' });
  const { client } = await makeConsumer(app, scene.organization, { practices: [other.id] });

  const practices = accepted(await client.listPractices());
  const locations = accepted(await client.listLocations());

  assert.deepEqual(
    practices.map(({ name }) => name),
    ['Beyond'],
  );
  assert.deepEqual(
    locations.map(({ id }) => id),
    other.locations.map(({ id }) => id),
  );
});

test('a consumer without any practice in its reach sees empty lists', async () => {
  const scene = await makeSchedule(app);
  const { client } = await makeConsumer(app, scene.organization, { practices: [] });

  const practices = await client.listPractices();
  const locations = await client.listLocations();

  assert.deepEqual([accepted(practices), accepted(locations)], [[], []]);
});

test('one organization sees nothing of another', async () => {
  const scene = await makeSchedule(app);
  await makeSchedule(app, { name: 'Elsewhere' });

  const practices = accepted(await scene.client.listPractices());

  assert.deepEqual(
    practices.map(({ id }) => id),
    [scene.practice.id],
  );
});
