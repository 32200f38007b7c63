// The process of the sandbox that holds the isolates. It trusts what the server sends and nothing that
// comes out of an isolate; what it says is not trusted by the server either.
import ivm from 'isolated-vm';
import { Call, Stalled } from './calls/call.ts';
import { CallWatch } from './calls/watch.ts';
import { Chamber } from './chamber.ts';
import { Chambers } from './chambers.ts';
import { collect } from './collecting.ts';
import { complaintOf, placeOf } from './complaints.ts';
import { encodeFrame, FrameReader } from './frames.ts';
import type { Broken, Limits, Question, Reply } from './messages.ts';
import { Watch } from './watch.ts';

const limits = JSON.parse(process.argv[2] as string) as Limits;
const progress = new Int32Array(new SharedArrayBuffer(8));
const progressCopy = new ivm.ExternalCopy(progress);
const collectedCharacters = 16 * 2 ** 20;
let crossed = 0;
const chambers = new Chambers(limits);
let busy: { count: number; chamber?: Chamber; isCancelled?: boolean } | undefined;

const fetchesMax = 20;
let calling: Call | undefined;
let asked = 0;
const fetching = new Map<number, (text: string) => void>();

const reader = new FrameReader<Question>(Number.POSITIVE_INFINITY, ({ head, text }) => {
  void answer(head, text);
});
process.stdin.on('data', (piece: Buffer) => reader.push(piece));
process.stdin.on('close', die);
say({ kind: 'ready' });

async function answer(question: Question, text: string): Promise<void> {
  if (question.kind === 'cancel') {
    if (busy) busy.isCancelled = true;
    busy?.chamber?.close();
    calling?.close();
  } else if (question.kind === 'call') {
    await call(question, text);
  } else if (question.kind === 'fetched') {
    fetching.get(question.id)?.(text);
    fetching.delete(question.id);
  } else if (question.kind === 'check') {
    say({ kind: 'checked', complaint: await check(question) });
  } else {
    await run(question, text);
  }
}

async function run(question: Question & { kind: 'run' }, text: string): Promise<void> {
  const own: NonNullable<typeof busy> = { count: question.count };
  busy = own;
  progress.fill(0);
  const watch = watchOver(own);
  try {
    own.chamber = await chambers.of(question, () => lose('memory'));
    if (own.isCancelled) own.chamber.close();
    const outcome = await own.chamber.run(
      text,
      question,
      progressCopy as ivm.ExternalCopy<Int32Array>,
    );
    watch.stop();
    say({ kind: 'done' }, outcome);
    crossed += outcome.length + text.length;
    if (crossed > collectedCharacters) {
      crossed = 0;
      collect();
    }
    chambers.tidy(own.chamber);
    own.chamber.prepare();
  } catch (error) {
    watch.stop();
    if (own.chamber) chambers.drop(question.isolate);
    const isEnded = own.chamber?.isolate.isDisposed;
    if (isEnded) say(broke(watch.broken ?? 'memory', false));
    else say({ kind: 'unusable', ...complaintOf(error) });
  } finally {
    busy = undefined;
  }
}

async function call({ code, name }: Question & { kind: 'call' }, text: string): Promise<void> {
  progress.fill(0);
  const own = new Call(code, limits, () => lose('memory'));
  calling = own;
  const { isolate } = own;
  const watch = new CallWatch({ isolate, limits, lose, working: () => say({ kind: 'working' }) });
  try {
    const outcome = await own.run(name, text, ask);
    watch.stop();
    say({ kind: 'done' }, outcome);
  } catch (error) {
    watch.stop();
    if (isolate.isDisposed) say(broke(watch.broken ?? 'memory', false));
    else if (error instanceof Stalled) say(broke('stalled', false));
    else say({ kind: 'unusable', ...complaintOf(error) });
  } finally {
    own.close();
    fetching.clear();
    calling = undefined;
  }
}

/** The server does what a bundle asks for, or says why not. */
async function ask(text: string): Promise<string> {
  if (fetching.size >= fetchesMax) throw new RangeError('Too many requests at once');
  const { promise, resolve } = Promise.withResolvers<string>();
  asked += 1;
  fetching.set(asked, resolve);
  say({ kind: 'fetch', id: asked }, text);
  return promise;
}

function watchOver(own: NonNullable<typeof busy>): Watch {
  return new Watch({
    progress,
    count: own.count,
    limits,
    working: () => say({ kind: 'working' }),
    end: () => own.chamber?.close(),
    lose,
  });
}

async function check({ type, code }: Question & { kind: 'check' }) {
  let chamber: Chamber | undefined;
  try {
    chamber = await Chamber.open({ type, code, limits, onCatastrophe: () => lose('memory') });
    if (type === 'javascript') return null;
    const complaint = await chamber.complaint();
    return complaint ? placeOf(code, complaint) : null;
  } catch (error) {
    return complaintOf(error);
  } finally {
    chamber?.close();
  }
}

function broke(broken: Broken, isLost: boolean): Reply {
  const at = progress[0] as number;
  const index = at >= 1 && at <= (busy?.count ?? 0) ? at - 1 : null;
  return {
    kind: 'broke',
    broken,
    index,
    isModule: at === 0,
    wasAwaited: progress[1] === 1,
    isLost,
  };
}

/** There are loops that nothing but the end of the process ends. */
function lose(broken: Broken): void {
  say(broke(broken, true));
  die();
}

function say(reply: Reply, text?: string): void {
  process.stdout.write(encodeFrame(reply, text));
}

function die(): void {
  process.kill(process.pid, 'SIGKILL');
}
