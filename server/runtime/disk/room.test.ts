import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { silent } from '../../testing/cluster.ts';
import { Room } from './room.ts';

const mebibyte = 1024 * 1024;

/** A disk on which so much is free, and a reserve of 100 MiB of it. */
function makeRoom(free: () => number): Room {
  return new Room('/data/files', 100 * mebibyte, silent, async () => ({
    bavail: free() / 4096,
    bsize: 4096,
  }));
}

test('a file that fits above the reserve is taken, and one that does not is refused', async () => {
  const room = makeRoom(() => 150 * mebibyte);

  await room.require(50 * mebibyte);

  await assert.rejects(room.require(50 * mebibyte + 1), { code: 'storage_full', status: 507 });
});

test('a file whose length nobody knows is cut where the reserve begins', async () => {
  let taken = 0;
  const room = makeRoom(() => 120 * mebibyte - taken);
  async function* endless() {
    for (;;) yield Buffer.alloc(mebibyte);
  }

  const take = async () => {
    for await (const chunk of room.watch(endless())) taken += chunk.length;
  };

  await assert.rejects(take(), { code: 'storage_full' });
  assert.ok(taken > 15 * mebibyte && taken <= 25 * mebibyte, String(taken / mebibyte));
});

test('a disk below the reserve is low, and one with next to nothing is full', async () => {
  const of = (mebibytes: number) => makeRoom(() => mebibytes * mebibyte).shortage();

  assert.equal(await of(100), undefined);
  assert.deepEqual(await of(99), {
    text: 'disk low, uploads are refused: 99 MiB free',
    isFull: false,
  });
  assert.deepEqual(await of(63), { text: 'disk full: 63 MiB free', isFull: true });
});

test('of a folder that is still to be made the disk is looked at', async () => {
  const room = new Room(join(tmpdir(), 'not/yet/there'), 0, silent);

  assert.ok((await room.freeBytes()) > 0);
});
