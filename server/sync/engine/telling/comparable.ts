import { parseDecimal, plainDecimal } from '../../values/decimal.ts';
import { readExactly } from '../../values/exact-json.ts';
import { fromJson, toJson } from '../../values/json.ts';
import { jsonbKey } from '../../values/jsonb.ts';
import type { Cell, FieldType } from '../../values/types.ts';

/** What makes of a cell what another type would hold; undefined where that cannot. */
export function converting(of: FieldType, as: FieldType): (cell: Cell) => Cell | undefined {
  if (JSON.stringify(of) === JSON.stringify(as)) return (cell) => cell;
  return (cell) => {
    if (cell === null) return null;
    const read = fromJson(as, toJson(of, cell));
    return 'problem' in read ? undefined : read.text;
  };
}

/** One spelling for cells that hold the same, however they were written. */
export function comparable(type: FieldType, cell: Cell): Cell {
  if (cell === null) return null;
  switch (type.kind) {
    case 'numeric': {
      const value = parseDecimal(cell);
      return value === undefined ? cell : plainDecimal(value);
    }
    case 'float4':
    case 'float8':
      return String(Number(cell));
    case 'char':
      return cell.replace(/ +$/, '');
    case 'json':
    case 'jsonb': {
      const value = readExactly(cell);
      return value === undefined ? cell : jsonbKey(value);
    }
    case 'timestamp':
    case 'timestamptz':
    case 'time':
      return cell.replace(/(\.\d*?)0+(?=\D|$)/, '$1').replace(/\.(?=\D|$)/, '');
    default:
      return cell;
  }
}
