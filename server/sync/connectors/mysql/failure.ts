import { ConnectorError } from '../failure.ts';
import { clashes, RecordRefusal } from '../sql/refusal.ts';

type Said = Error & { errno?: number; code?: string; sqlState?: string };

/** Own words by number: what MySQL says itself may hold a value of the record. */
const reasons: Readonly<Record<number, string>> = {
  1048: 'The column must not be null.',
  1062: clashes.taken,
  1118: 'The record is larger than a row may be.',
  1216: clashes.dangling,
  1217: clashes.referred,
  // A subquery of ours; see `statements.ts`.
  1242: clashes.twofold,
  1264: 'The number is out of the range of the column.',
  1265: 'This is not a value of the type of the column.',
  1292: 'This is not a value of the type of the column.',
  1366: 'This is not a value of the type of the column, or has a character that it cannot store.',
  1406: 'The text is longer than the column allows.',
  1451: clashes.referred,
  1452: clashes.dangling,
  1586: clashes.taken,
  1644: 'A trigger of the table refuses the record.',
  3140: 'This is not valid JSON.',
  3819: 'The record breaks a check of the table.',
  4025: 'The record breaks a check of the table.',
};
const ofRecords = new Set([1364, 1411, 1416, 1525, 1690, 3037, 3156, 3732]);

/** Too many connections, locks, a server that goes down, and the like. */
const passing = new Set([
  1020, 1028, 1037, 1040, 1041, 1053, 1077, 1105, 1152, 1154, 1155, 1158, 1159, 1160, 1161, 1180,
  1203, 1205, 1206, 1213, 1226, 1317, 1412, 1613, 1614, 1637, 1792, 1836, 1873, 1927, 2006, 2013,
  2055, 3024, 3101, 3168, 3572, 4031,
]);
/** An option of the server stands against it: that it only reads is so until a failover is over. */
const preventing = 1290;
const ofCertificates =
  /CERT|SELF_SIGNED|UNABLE_TO_|ALTNAME|ERR_TLS|ERR_SSL|HANDSHAKE_|AUTH_SWITCH|UNKNOWN_AUTH/;

/** What an error of the driver means here; what is none of its errors comes back as it is. */
export function understand(error: unknown, columns: readonly string[] = []): unknown {
  if (error instanceof ConnectorError || error instanceof RecordRefusal) return error;
  if (!(error instanceof Error)) return error;
  const { errno = 0, code = '', sqlState = '', message } = error as Said;
  const isOfServer = errno >= 1000;
  const reason = reasons[errno];
  if (reason !== undefined || ofRecords.has(errno) || (isOfServer && /^2[23]/.test(sqlState))) {
    const said = reason ?? `MySQL refuses the record (error ${errno}).`;
    return new RecordRefusal(said, columnIn(message, columns), String(errno));
  }
  const more = { upstream: message, cause: error };
  const isPassing =
    passing.has(errno) ||
    /^(08|40|HYT)/.test(sqlState) ||
    (errno === preventing && /read[-_]only/i.test(message));
  if ((isOfServer && !isPassing) || ofCertificates.test(code)) {
    return new ConnectorError('configuration', `MySQL refuses: ${message}`, more);
  }
  return new ConnectorError('retry', `MySQL cannot be used just now: ${message}`, more);
}

/** The column that is named, whichever language the server speaks. */
function columnIn(message: string, columns: readonly string[]): string | undefined {
  const named = columns.filter(
    (column) => message.includes(`'${column}'`) || message.includes(`\`${column}\` at row`),
  );
  return named.sort((a, b) => b.length - a.length)[0];
}
