import { cutName } from '../sql/names.ts';

const nameBytesMax = 63;

/** As it is stored. */
export function storedName(name: string): string {
  return cutName(name, nameBytesMax);
}
