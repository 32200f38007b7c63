import { runnersOf } from '../../server/sync/testing/runners.ts';
import { freePort } from '../../testing/port.ts';
import type { Installation } from '../installation.ts';
import type { Running } from '../server.ts';
import { type Place, type Places, systems } from './places.ts';
import {
  bodyOf,
  type Client,
  clientOf,
  makeConnection,
  makeSync,
  type SyncScene,
  untilOver,
} from './scene.ts';

const kills = 20;
const modes = ['upsert', 'append', 'replace', 'mirror'] as const;
/** A server that is killed leaves its runs to the next one when their leases end. */
const serverEach = 5;
const lookMilliseconds = 20;
const active = ['queued', 'running'];

/** In every mode into every system a run of all `rows` is killed at moments that are spread over it. */
export async function killAgain(
  at: Installation,
  scene: SyncScene,
  rows: number,
): Promise<string[]> {
  const port = await freePort();
  const environment = {
    ...scene.environment,
    HEDDLE_PORT: String(port),
    HEDDLE_SYNC_RUNS: '16',
    HEDDLE_SYNC_RUNS_PER_ORGANIZATION: '16',
  };
  const serve = () => at.serve(environment);
  const client = clientOf(port, scene.token);
  const server = await serve();
  const source = await makeConnection(client, 'postgres', {
    credentials: scene.foreign.credentials('source'),
  });
  const names = Object.keys(systems);
  const opened = await Promise.all(names.map((name) => systems[name]?.(scene) as Promise<Places>));
  const moves = opened.flatMap((places, nth) =>
    modes.map((mode) => ({ name: `${mode} into ${names[nth]}`, mode, places })),
  );
  try {
    return await new Killing({ client, scene, rows, source, serve }, server).all(moves);
  } finally {
    await Promise.all(opened.map((places) => places.end()));
  }
}

type Move = { name: string; mode: (typeof modes)[number]; places: Places };

/** A run, and how often it was killed while it went on. */
type Begun = {
  move: Move;
  params: { sync: string; run: string };
  place: Place;
  table: string;
  committed: number;
  /** What it had committed when it was killed last. */
  killedAt: number;
  kills: number;
  killsAtEnd: number;
  /** It is killed when it has committed so many. */
  target: number;
  isOver: boolean;
};

type Means = {
  client: Client;
  scene: SyncScene;
  rows: number;
  source: string;
  serve(): Promise<Running>;
};

class Killing {
  readonly #means: Means;
  readonly #runs: Begun[] = [];
  #server: Running;
  #done = 0;
  #looks = 0;

  constructor(means: Means, server: Running) {
    this.#means = means;
    this.#server = server;
  }

  /** Kills until each was hit often enough; one whose run ends before begins another. */
  async all(moves: readonly Move[]): Promise<string[]> {
    for (;;) {
      const wanted = moves.filter((move) => this.#hits(move) < kills);
      if (wanted.length === 0) break;
      for (const move of wanted) {
        if (this.#of(move).every(({ isOver }) => isOver)) await this.#begin(move);
      }
      if (await this.#untilMoment()) await this.#kill();
    }
    for (const run of this.#runs) await this.#expectWhole(run);
    await this.#server.stop();
    const shown = moves.map((move) => {
      const runs = this.#of(move);
      const atEnd = runs.reduce((sum, { killsAtEnd }) => sum + killsAtEnd, 0);
      const after = atEnd > 0 ? `, ${atEnd} of them after its last batch` : '';
      return `${move.name}: hit by ${this.#hits(move)} kills in ${runs.length} runs${after}; each record once`;
    });
    return [`${this.#done} kills, each of everything under way`, ...shown];
  }

  #of(move: Move): Begun[] {
    return this.#runs.filter((run) => run.move === move);
  }

  #hits(move: Move): number {
    return this.#of(move).reduce((sum, { kills: hit }) => sum + hit, 0);
  }

  get #underWay(): Begun[] {
    return this.#runs.filter(({ isOver }) => !isOver);
  }

  async #begin(move: Move): Promise<void> {
    const { client, source } = this.#means;
    const { mode, places } = move;
    const place = await places.open(client, mode);
    const table = `moved_${mode}_${this.#of(move).length}`;
    const ends = { from: source, to: place.connection, object: 'moved', table };
    const sync = await makeSync(client, ends, { mode, batch_size: 250 });
    const { id: run } = bodyOf(await client.runSync({ params: { sync }, body: {} }));
    const counts = { committed: 0, killedAt: 0, kills: 0, killsAtEnd: 0, target: 0 };
    const begun = { move, params: { sync, run }, place, table, ...counts, isOver: false };
    this.#aim(begun);
    this.#runs.push(begun);
  }

  /** The next moment is within the next twentieth of the run; the last one between its last batch and its end. */
  #aim(run: Begun): void {
    const share = run.kills >= kills - 1 ? 1 : (run.kills + Math.random()) / kills;
    run.target = Math.max(1, Math.ceil(share * this.#means.rows));
  }

  /** False when one has ended meanwhile. */
  async #untilMoment(): Promise<boolean> {
    for (;;) {
      const runs = this.#underWay;
      await Promise.all(runs.map((run) => this.#look(run)));
      if (runs.some((run) => run.committed >= run.target && run.committed > run.killedAt)) {
        return true;
      }
      this.#looks += 1;
      // Those that may be over, and each of the others from time to time.
      const asked = runs.filter(
        ({ committed }, nth) =>
          committed >= this.#means.rows || nth === this.#looks % (10 * runs.length),
      );
      await Promise.all(asked.map((run) => this.#lookWhetherOver(run)));
      if (runs.some(({ isOver }) => isOver)) return false;
      await new Promise((resolve) => setTimeout(resolve, lookMilliseconds));
    }
  }

  /** Its position is committed together with its records, and their keys count them. */
  async #look(run: Begun): Promise<void> {
    const sql = `select position from heddle_state where sync_id = '${run.params.sync}'`;
    const row = await run.place.ask(sql).catch(() => undefined);
    if (typeof row?.position !== 'string') return;
    const { at, ...ending } = JSON.parse(row.position) as { at?: string[] };
    if (at) run.committed = Number(at[0]);
    else if (Object.keys(ending).length > 0) run.committed = this.#means.rows;
  }

  async #lookWhetherOver(run: Begun): Promise<void> {
    const { status, error } = bodyOf(await this.#means.client.getRun({ params: run.params }));
    run.isOver = !active.includes(status);
    if (run.isOver && status !== 'completed') {
      throw new Error(`${run.move.name}: ${status} ${error}, after ${run.kills} kills`);
    }
  }

  async #kill(): Promise<void> {
    this.#done += 1;
    const isServer = this.#done % serverEach === 0;
    const server = this.#server;
    for (const pid of isServer ? [server.pid] : runnersOf(server.pid)) process.kill(pid, 'SIGKILL');
    if (isServer) this.#server = await this.#means.serve();
    for (const run of this.#underWay) {
      await this.#look(run);
      await this.#lookWhetherOver(run);
      if (run.isOver || run.committed <= run.killedAt) continue;
      run.killedAt = run.committed;
      run.kills += 1;
      if (run.committed >= this.#means.rows) run.killsAtEnd += 1;
      this.#aim(run);
    }
  }

  async #expectWhole({ move, params, place, table }: Begun): Promise<void> {
    const { client, scene } = this.#means;
    const run = await untilOver(client, params);
    const { status, error, records_read: read } = run;
    const taken = run.records_written + run.records_skipped;
    const sums =
      'count(*) as count, count(distinct id) as ids, sum(id) as sum, sum(length(text)) as texts';
    const [there] = await scene.ask('source', `select ${sums} from moved`);
    const here = await place.ask(`select ${sums} from ${table}`);
    const isSame = String(Object.values(there ?? {})) === String(Object.values(here ?? {}));
    const isCounted = read === this.#means.rows && taken === read;
    if (status === 'completed' && isSame && isCounted) return;
    const counts = JSON.stringify([there, here, { read, taken }]);
    throw new Error(`${move.name}: ${status} ${error}, ${counts}`);
  }
}
