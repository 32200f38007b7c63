import type { Format } from '../format.ts';
import { describeParquet, readParquet } from './read.ts';

export const parquet: Format = { describe: describeParquet, read: readParquet };
