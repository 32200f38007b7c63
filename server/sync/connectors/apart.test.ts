import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { followApart } from './apart.ts';
import type { Session, WriteRequest } from './connector.ts';
import type { ConnectorError } from './failure.ts';
import { openHttp, startApi } from './http/testing/api.ts';
import { makeHubspot, openHubspot } from './hubspot/testing/place.ts';
import { makeOrg, openOrg } from './salesforce/testing/org.ts';
import { changesOf, fieldOf, followRequest, outcomeOf, type Told } from './testing/follower.ts';

const text = (name: string) => fieldOf(name, 'text');
const missing = 'There is no such record';

function followerIn(session: Session, asked: Parameters<typeof followRequest>[0]) {
  const request = followRequest(asked);
  return async (told: Told) => outcomeOf(await followApart(session, request, changesOf(told)));
}

suite('HubSpot', async () => {
  const begun = async (asked: Partial<WriteRequest> = {}) => {
    const hubspot = await makeHubspot({ records: 0 });
    const session = await openHubspot(hubspot);
    const fields = [text('firstname'), text('email'), text('lastname')];
    const follow = followerIn(session, { object: 'contacts', fields, key: ['email'], ...asked });
    const there = () =>
      [...hubspot.type('contacts').records.values()]
        .filter(({ archivedAt }) => archivedAt === undefined)
        .map(({ properties: { firstname, email, lastname } }) =>
          [firstname, email, lastname].join(),
        )
        .sort();
    return { hubspot, session, follow, there };
  };
  const mails = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, at) => `p${1_000 + from + at}@company.example`);

  test('follows what is deleted, changed in part and written as a whole; again, it is the same', async () => {
    const { follow, there } = await begun();
    await follow({
      written: [
        ['Ada', 'a@company.example', 'Long'],
        ['Bob', 'b@company.example', 'Longer'],
        ['Cy', 'c@company.example', 'Short'],
      ],
    });
    const told: Told = {
      deleted: [['b@company.example'], ['nobody@company.example']],
      altered: [
        [
          ['email', 'firstname'],
          [
            ['a@company.example', 'Adele'],
            ['x@company.example', 'X'],
          ],
        ],
        [['email'], [['c@company.example']]],
      ],
      written: [
        ['Cid', 'c@company.example', 'Whole'],
        ['Di', 'd@company.example', 'New'],
      ],
    };

    const first = await follow(told);
    const again = await follow(told);

    assert.deepEqual(first, { counts: [3, 2, 1], refused: [] });
    assert.deepEqual(again, { counts: [3, 2, 0], refused: [] });
    assert.deepEqual(there(), [
      'Adele,a@company.example,Long',
      'Cid,c@company.example,Whole',
      'Di,d@company.example,New',
    ]);
  });

  test('more than a thousand go in groups, and one that is wrong is told with its place', async () => {
    const { follow, there } = await begun();
    const rows = mails(0, 1_105).map((mail) => ['P', mail, 'Q']);
    rows[1_050] = ['P', 'not a mail', 'Q'];

    const followed = await follow({ written: rows });

    assert.ok('counts' in followed);
    assert.deepEqual(followed.counts, [1_104, 0, 0]);
    assert.deepEqual(
      followed.refused.map(([row]) => row),
      [rows[1_050]],
    );
    assert.equal(there().length, 1_104);
  });

  test('what was broken off in the middle is done once more', async () => {
    const { hubspot, follow, there } = await begun();
    const rows = mails(0, 250).map((mail) => ['P', mail, 'Q']);
    let count = 0;
    hubspot.hook = ({ path }) => {
      if (!path.endsWith('/upsert')) return undefined;
      count += 1;
      return count === 2 ? { status: 403, body: { message: 'no' } } : undefined;
    };

    const isUnknown = ({ kind, message }: ConnectorError) =>
      kind === 'retry' && /not known to be written/.test(message);
    await assert.rejects(follow({ written: rows }), isUnknown);
    const before = there().length;
    const again = await follow({ written: rows });

    assert.equal(before, 100);
    assert.deepEqual(again, { counts: [250, 0, 0], refused: [] });
    assert.equal(there().length, 250);
  });

  test('is neither emptied nor marked, and says what to do', async () => {
    const { follow } = await begun();
    const marking = (await begun({ delete: 'mark' })).follow;

    await assert.rejects(follow({ isEmptied: true }), {
      kind: 'configuration',
      message: /full_refresh/,
    });
    await assert.rejects(marking({ deleted: [['a@company.example']] }), {
      ...{ kind: 'configuration', message: /destination\.delete to "hard"/ },
    });
  });

  test('what a system cannot do with a record is refused as a whole', async () => {
    const { session } = await begun();
    const fields = [text('contact_id'), text('company_id'), text('label')];
    const linked = { object: 'contacts_to_companies', fields, key: ['contact_id', 'company_id'] };

    await assert.rejects(
      followerIn(
        session,
        linked,
      )({ altered: [[['contact_id', 'company_id', 'label'], [['1', '2', 'x']]]] }),
      { kind: 'request', message: /made or ended/ },
    );
  });
});

suite('Salesforce', async () => {
  const begun = async (asked: Partial<WriteRequest>) => {
    const org = await makeOrg(3);
    const follow = followerIn(await openOrg(org), { object: 'Account', ...asked });
    const records = () => org.org.all('Account');
    const named = () => records().map(({ External_Id__c: key, Name }) => [key, Name].join());
    return { org, follow, records, named };
  };

  test('follows changes by a key of its own; again, it is the same', async () => {
    const fields = [text('Name'), text('External_Id__c')];
    const { follow, named } = await begun({ fields, key: ['External_Id__c'] });
    const told: Told = {
      deleted: [['A-2'], ['none']],
      altered: [
        [
          ['External_Id__c', 'Name'],
          [
            ['A-1', 'Changed'],
            ['none', 'x'],
          ],
        ],
      ],
      written: [
        ['New', 'N-1'],
        [null, 'N-2'],
      ],
    };

    const outcomes = [await follow(told), await follow(told)];

    const wrong = [[null, 'N-2'], 'Salesforce refuses the record (REQUIRED_FIELD_MISSING): Name'];
    assert.deepEqual(outcomes, [
      { counts: [2, 1, 1], refused: [wrong] },
      { counts: [2, 1, 0], refused: [wrong] },
    ]);
    assert.deepEqual(named().slice(1), ['A-1,Changed', 'N-1,New']);
  });

  test('follows changes by ids; again, it is the same', async () => {
    const { follow, records, named } = await begun({
      fields: [text('Id'), text('Name')],
      key: ['Id'],
    });
    const [first = '', second = '', third = ''] = records().map(({ Id }) => String(Id));
    const told: Told = {
      deleted: [[first]],
      altered: [
        [
          ['Id', 'Name'],
          [
            [first, 'x'],
            [second, 'Part'],
          ],
        ],
      ],
      written: [
        [third, 'Whole'],
        [first, 'Gone'],
      ],
    };

    const outcomes = [await follow(told), await follow(told)];

    assert.deepEqual(outcomes, [
      { counts: [2, 1, 1], refused: [[[first, 'Gone'], missing]] },
      { counts: [2, 1, 0], refused: [[[first, 'Gone'], missing]] },
    ]);
    assert.deepEqual(named(), ['A-1,Part', 'A-2,Whole']);
  });

  test('a record that refers to what is gone is there itself, and set aside', async () => {
    const { org, follow, records } = await begun({
      fields: [text('Id'), text('Name')],
      key: ['Id'],
    });
    const row = [String(records()[0]!.Id), 'x'];
    const statusCode = 'INVALID_CROSS_REFERENCE_KEY';
    const saved = { success: false, errors: [{ statusCode, message: 'invalid', fields: [] }] };
    org.trouble({ of: /^PATCH .*\/composite\/sobjects/, answer: { status: 200, body: [saved] } });

    const followed = await follow({ altered: [[['Id', 'Name'], [row]]] });

    const why = `Salesforce refuses the record (${statusCode})`;
    assert.deepEqual(followed, { counts: [0, 0, 0], refused: [[row, why]] });
  });
});

suite('an API', async () => {
  test('is told of what is written by whom, and what is gone counts as deleted', async () => {
    const api = await startApi(({ method, url }) => ({
      status: method !== 'PUT' && url.pathname.endsWith('/9') ? 404 : 204,
    }));
    const session = await openHttp(api.url);
    const fields = [fieldOf('id', 'int8'), text('name')];
    const follow = followerIn(session, { object: 'things', fields, key: ['id'], metadata: true });

    const followed = await follow({
      deleted: [['1'], ['9']],
      altered: [
        [
          ['id', 'name'],
          [
            ['2', 'b'],
            ['9', 'x'],
          ],
        ],
      ],
      written: [['3', 'c']],
    });

    assert.deepEqual(followed, { counts: [2, 1, 1], refused: [] });
    const sent = api.heard.map(({ method, body }) => [
      method,
      body && JSON.parse(body)._heddle_run_id,
    ]);
    assert.deepEqual(sent, [
      ['DELETE', ''],
      ['DELETE', ''],
      ['PATCH', 'run_1'],
      ['PATCH', 'run_1'],
      ['PUT', 'run_1'],
    ]);
    assert.match(JSON.parse(api.heard[4]!.body)._heddle_synced_at, /^\d{4}-.*Z$/);
  });

  test('a record that is written where nothing is, is refused by itself', async () => {
    const api = await startApi(() => ({ status: 404 }));
    const session = await openHttp(api.url);
    const fields = [fieldOf('id', 'int8'), text('name')];
    const follow = followerIn(session, { object: 'things', fields, key: ['id'] });

    const followed = await follow({ written: [['3', 'c']] });

    assert.deepEqual(followed, { counts: [0, 0, 0], refused: [[['3', 'c'], missing]] });
  });
});
