import assert from 'node:assert/strict';
import { test } from 'node:test';
import { site } from './digest.ts';
import { readSizes } from './sizes.ts';

/**
 * Kilobytes that may be sent: what there is now, with some air. What is under its limit by far gets a
 * lower one; who needs more says here how much.
 */
const limits: Readonly<Record<string, number>> = {
  'outside, first page': 150,
  'inside, around every page': 230,
  account: 14,
  messaging: 75,
};
/** Of an area that has no limit of its own yet. */
const areaMax = 150;
const airMax = 0.25;

test('nobody waits for more of the website than they need', () => {
  const sizes = readSizes(site);

  for (const name of Object.keys(limits)) assert.ok(name in sizes, `${name} is measured`);
  for (const [name, { sent }] of Object.entries(sizes)) {
    const limit = limits[name] ?? areaMax;
    assert.ok(sent <= limit * 1000, `${name}: ${sent} bytes are more than ${limit} KB`);
    const isClose = sent >= limit * 1000 * (1 - airMax);
    assert.ok(isClose || !(name in limits), `${name}: ${sent} bytes: lower its limit`);
  }
});
