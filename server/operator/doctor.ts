import { selectUnsentCount } from '../platform/mail/store.ts';
import type { Platform } from '../platform/platform.ts';
import { bytesInWords } from '../runtime/bytes.ts';
import { selectServerVersion } from '../runtime/database/store.ts';
import { breachOf } from '../runtime/database/walls.ts';
import { foreignnessOf } from '../runtime/events/origin.ts';
import { selectReaderLag } from '../runtime/events/store.ts';
import { selectHeld } from './adoption/store.ts';
import { schemaAt } from './installation.ts';

export type Finding = { check: string; ok: boolean; detail: string };

const nodeMajorMin = 26;
const postgresMajorMin = 16;
const lagSecondsMax = 60;
/** What can be looked at in an empty database: it may not even have our roles. */
const withoutSchema = ['node', 'migrations', 'disk'];

type Check = (platform: Platform) => Promise<Omit<Finding, 'check'>>;

/** Looks at everything that an installation stands on: each finding says what to do. */
export async function diagnose(platform: Platform): Promise<Finding[]> {
  const findings: Finding[] = [];
  const { isEmpty } = await schemaAt(platform.database.address);
  for (const [check, look] of Object.entries(checks)) {
    if (isEmpty && !withoutSchema.includes(check)) continue;
    const finding = await look(platform).catch((error: Error) => ({
      ok: false,
      detail: error.message,
    }));
    findings.push({ check, ...finding });
  }
  return findings;
}

const checks: Record<string, Check> = {
  async node() {
    const major = Number(process.versions.node.split('.')[0]);
    return { ok: major >= nodeMajorMin, detail: `Node ${process.version}` };
  },
  async database({ database }) {
    const version = await selectServerVersion(database.system.reading);
    const ok = version >= postgresMajorMin * 10_000;
    const detail = `PostgreSQL ${Math.floor(version / 10_000)}`;
    return { ok, detail: ok ? detail : `${detail}; upgrade to ${postgresMajorMin} or later` };
  },
  async migrations({ database }) {
    const { isEmpty, missing } = await schemaAt(database.address);
    if (missing.length === 0) return { ok: true, detail: 'up to date' };
    const what = isEmpty ? 'the database is empty' : missing.join(', ');
    return { ok: false, detail: `run heddle migrate: ${what}` };
  },
  async row_level_security({ database }) {
    const breach = await breachOf(database);
    return { ok: breach === undefined, detail: breach ?? 'holds' };
  },
  async master_key({ secrets, keyring }) {
    await secrets.verifyMasterKey();
    return { ok: true, detail: `fits; comes from the ${keyring.origin}` };
  },
  async disk({ config, files: { room } }) {
    const [free, short] = [await room.freeBytes(), await room.shortage()];
    const gibibytes = (bytes: number) => bytesInWords(bytes, 'GiB');
    const detail = `${gibibytes(free)} free in ${config.dataDirectory}`;
    const reserve = `below ${gibibytes(room.reserveBytes)} uploads are refused`;
    return {
      ok: !short,
      detail: short ? `${short.text} in ${config.dataDirectory}; ${reserve}` : detail,
    };
  },
  async events({ database }) {
    const lags = await selectReaderLag(database.system.reading);
    const late = lags.filter(({ seconds }) => seconds > lagSecondsMax);
    const detail = late.map(({ name, events }) => `${name} has ${events} to read`).join(', ');
    return { ok: late.length === 0, detail: detail || 'all read' };
  },
  async adoption({ database }) {
    const db = database.system.reading;
    const foreignness = await foreignnessOf(db);
    const { length } = foreignness ? [] : await selectHeld(db);
    const undecided = `${length} held since it was restored: heddle adopt --send or --drop`;
    return {
      ok: !foreignness && length === 0,
      detail: foreignness ?? (length ? undecided : 'none'),
    };
  },
  async mail({ config, database }) {
    const unsent = await selectUnsentCount(database.system.reading);
    if (!config.smtpUrl) return { ok: true, detail: `no SMTP_URL; ${unsent} mails in the outbox` };
    const { createTransport } = await import('nodemailer');
    await createTransport({ url: config.smtpUrl, connectionTimeout: 5_000 }).verify();
    return { ok: true, detail: `the mail server answers; ${unsent} mails wait` };
  },
};
