import { floatText } from '../../values/floats.ts';
import type { Cell } from '../../values/types.ts';
import { quote } from './names.ts';
import { isGeometry, type Native } from './native.ts';

export type Decode = (bytes: Buffer) => Cell;

/** What is asked for a column: a FLOAT in a text has six digits only. */
export function selected(name: string, { word }: Native): string {
  return word === 'float' ? `(${quote(name)} + 0e0)` : quote(name);
}

/** How what comes for such a column becomes a cell. */
export function decoderOf(native: Native): Decode {
  const { word, size } = native;
  if (native.isPadded) return (bytes) => unpadded(bytes.toString('latin1'));
  if (isGeometry(native)) return geometryText;
  if (/blob$|binary$|^vector$/.test(word)) return (bytes) => `\\x${bytes.toString('hex')}`;
  switch (word) {
    case 'tinyint':
      return size === 1 ? booleanText : (bytes) => bytes.toString('latin1');
    case 'year':
      return (bytes) => String(Number(bytes.toString('latin1')));
    case 'float':
      return (bytes) => floatText('float4', Math.fround(Number(bytes.toString('latin1'))));
    case 'double':
    case 'real':
      return (bytes) => floatText('float8', Number(bytes.toString('latin1')));
    case 'datetime':
    case 'time':
      return (bytes) => shortened(bytes.toString('latin1'));
    case 'timestamp':
      return (bytes) => `${shortened(bytes.toString('latin1'))}+00`;
    case 'bit':
      return (bytes) => bitText(bytes, size ?? 1);
    default:
      return (bytes) => bytes.toString();
  }
}

/** Other numbers than 0 and 1 go on as what they are. */
function booleanText(bytes: Buffer): string {
  const text = bytes.toString('latin1');
  if (text === '1') return 't';
  return text === '0' ? 'f' : text;
}

function unpadded(text: string): string {
  return text.replace(/^0+(?=\d)/, '');
}

/** Without the zeros at the end of its fraction. */
function shortened(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

function bitText(bytes: Buffer, size: number): string {
  return BigInt(`0x${bytes.toString('hex')}`)
    .toString(2)
    .padStart(size, '0');
}

const spatial = 0x2000_0000;

/** As PostGIS writes it: EWKB in hex, of the number of the system and WKB that MySQL keeps. */
function geometryText(bytes: Buffer): string {
  const system = bytes.readUInt32LE(0);
  const known = bytes.subarray(4);
  if (system === 0) return known.toString('hex').toUpperCase();
  const head = Buffer.alloc(9);
  head.writeUInt8(1, 0);
  head.writeUInt32LE((known.readUInt32LE(1) | spatial) >>> 0, 1);
  head.writeUInt32LE(system, 5);
  return Buffer.concat([head, known.subarray(5)])
    .toString('hex')
    .toUpperCase();
}

/** What MySQL keeps of such a text; undefined where it is none. */
export function geometryBytes(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'hex');
  if (bytes.length * 2 !== text.length || bytes.length < 9 || bytes[0] !== 1) return undefined;
  const type = bytes.readUInt32LE(1);
  const [system, rest] =
    (type & spatial) === 0 ? [0, bytes.subarray(5)] : [bytes.readUInt32LE(5), bytes.subarray(9)];
  const head = Buffer.alloc(9);
  head.writeUInt32LE(system, 0);
  head.writeUInt8(1, 4);
  head.writeUInt32LE((type & ~spatial) >>> 0, 5);
  return Buffer.concat([head, rest]);
}
