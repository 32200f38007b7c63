import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { AppError } from './errors.ts';

type Cost = { memory: number; passes: number; parallelism: number };

/** https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html#argon2id */
const cost: Cost = { memory: 19_456, passes: 2, parallelism: 1 };
const saltBytes = 16;
const hashBytes = 32;
const phc = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([\w+/-]+)\$([\w+/-]+)$/;

// libuv has four threads, and files and name look-ups need one too; each hash takes 19 MiB.
const workingMax = 3;
const waitingMax = 200;
let working = 0;
const waiting: (() => void)[] = [];

const derive = promisify(argon2);

/**
 * Hashes a password: Argon2id in the PHC string format.
 * https://github.com/P-H-C/phc-string-format/blob/master/phc-sf-spec.md
 * @throws AppError overloaded (503) when too many others wait
 */
export async function hashPassword(text: string): Promise<string> {
  const salt = randomBytes(saltBytes);
  const hash = await hashOf(text, salt, hashBytes, cost);
  const { memory, passes, parallelism } = cost;
  const settings = `m=${memory},t=${passes},p=${parallelism}`;
  return `$argon2id$v=19$${settings}$${base64(salt)}$${base64(hash)}`;
}

/**
 * Whether a password is the one that was hashed, in constant time.
 * @throws AppError overloaded (503) when too many others wait; Error when `stored` is no Argon2id
 * string
 */
export async function verifyPassword(text: string, stored: string): Promise<boolean> {
  const [, memory, passes, parallelism, salt, hash] = phc.exec(stored) ?? [];
  if (salt === undefined || hash === undefined)
    throw new Error('a stored password is not Argon2id');
  const expected = Buffer.from(hash, 'base64');
  const given = await hashOf(text, Buffer.from(salt, 'base64'), expected.length, {
    memory: Number(memory),
    passes: Number(passes),
    parallelism: Number(parallelism),
  });
  return timingSafeEqual(given, expected);
}

async function hashOf(text: string, nonce: Buffer, tagLength: number, cost: Cost): Promise<Buffer> {
  await enter();
  try {
    // The same password may be typed in several encodings of one text: NIST SP 800-63B, 3.1.1.2.
    const message = text.normalize('NFKC');
    return await derive('argon2id', { message, nonce, tagLength, ...cost });
  } finally {
    leave();
  }
}

async function enter(): Promise<void> {
  if (working < workingMax) {
    working += 1;
    return;
  }
  if (waiting.length >= waitingMax) {
    throw new AppError('overloaded', { headers: { 'retry-after': '2' } });
  }
  await new Promise<void>((resolve) => waiting.push(resolve));
}

/** The place goes to whoever has waited longest. */
function leave(): void {
  const next = waiting.shift();
  if (next) next();
  else working -= 1;
}

function base64(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '');
}
