// `npm run build` in sdk/
import { join } from 'node:path';
import { buildInto } from './build.ts';

buildInto(join(import.meta.dirname, '../dist'));
