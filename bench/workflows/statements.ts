import type { Db, Tx } from '../../server/runtime/database/database.ts';
import {
  type Advance,
  claimWorkflowRuns,
  storeAdvances,
} from '../../server/sync/workflows/engine/store.ts';
import { insertWorkflowRuns } from '../../server/sync/workflows/runs/store.ts';
import type { Sent } from '../book/capture.ts';
import { type Script, type Varying, writeScript } from '../book/pgbench.ts';

/** As many as one worker has under way of one organization. */
export const runsTogether = 48;
const steps = 3;
/** As long as what a step of the measured workflow keeps. */
const sealed = Buffer.alloc(160, 7);
const ids = Array.from({ length: runsTogether }, (_, nth) => `run ${nth}`);

type Given = { organization: number; workflowId: string };

/** For pgbench: what is sent for runs of three steps that come, and are done, together. */
export async function writeRuns(given: Given, folder: string): Promise<Script> {
  const { sent, values } = await statementsOf(given);
  return writeScript(sent, varyingOf(values), folder);
}

/** The stores' own statements, each in the transaction in which it is sent. */
async function statementsOf({ organization, workflowId }: Given) {
  const sent: Sent[] = [];
  const send = async (work: (tx: Tx) => Promise<unknown>) => {
    const trip = (sent.at(-1)?.trip ?? 0) + 1;
    const own: Sent[] = [];
    const rows = async (text: string, values: readonly unknown[] = []) => {
      own.push({ text, values, trip: trip + own.length });
      return [];
    };
    await work({ rows } as Db as Tx);
    const last = trip + own.length;
    sent.push({ text: 'begin', values: [], trip }, ...own);
    sent.push({ text: 'commit', values: [], trip: last });
  };
  const now = new Date();
  await send((tx) => insertWorkflowRuns(tx, organization, rowsOf(workflowId), now));
  await send((tx) => claimWorkflowRuns(tx, { now, limit: runsTogether, crowded: [] }));
  for (let nth = 0; nth < steps; nth += 1) {
    const advances = ids.map((runId) => advanceOf(runId, nth, { organization, workflowId, now }));
    await send((tx) => storeAdvances(tx, advances, now));
  }
  return { sent, values: sent.flatMap(({ values }) => values) };
}

function rowsOf(workflow_id: string) {
  const told = {
    trigger_type: 'api_call',
    trigger_id: null,
    depth: 1,
    subject: null,
    version: null,
    error: null,
  };
  return ids.map((id) => ({ id, workflow_id, ...told, sealed_key: sealed, encrypted: sealed }));
}

function advanceOf(runId: string, nth: number, given: Given & { now: Date }): Advance {
  const { organization, workflowId, now } = given;
  const isLast = nth === steps - 1;
  const step = { path: `${nth}`, ordinal: nth, status: 'completed', attempts: 1 } as const;
  return {
    ...{ organization, runId, fence: 1, workflowId, dueAt: null, waitsFor: null, error: null },
    ...{ status: isLast ? 'completed' : 'running', finishedAt: isLast ? now : null },
    steps: [{ ...step, encrypted: sealed, startedAt: now, finishedAt: now }],
  };
}

/** The ids of runs follow from the number of the transaction; every other list is what it was. */
function varyingOf(values: readonly unknown[]): Varying {
  const lists = values.filter((value) => Array.isArray(value));
  const unique = [...new Map(lists.map((list) => [JSON.stringify(list), list])).values()];
  return {
    variables: {},
    parameters: unique.map((captured) => ({ captured, sql: listOf(captured) })),
  };
}

function listOf(list: readonly unknown[]): string {
  if (list.length === 0) return `'{}'`;
  if (list[0] === ids[0]) {
    const id = `'wfr_' || lpad(to_hex(:id::bigint * ${runsTogether} + nth), 32, '0')`;
    return `array(select ${id} from generate_series(1, ${runsTogether}) nth)`;
  }
  if (new Set(list.map((one) => JSON.stringify(one))).size === 1) {
    return `array_fill(${literal(list[0])}, array[${list.length}])`;
  }
  return `array[${list.map(literal).join(', ')}]`;
}

function literal(value: unknown): string {
  if (value === null) return 'null::text';
  if (typeof value === 'number') return String(value);
  if (Buffer.isBuffer(value)) return `'\\x${value.toString('hex')}'::bytea`;
  return `'${value instanceof Date ? value.toISOString() : String(value)}'::text`;
}
