import type { Connector } from './connector.ts';
import { files } from './files/index.ts';
import { http } from './http/index.ts';
import { hubspot } from './hubspot/index.ts';
import { mysql } from './mysql/index.ts';
import { postgres } from './postgres/index.ts';
import { salesforce } from './salesforce/index.ts';
import { sap } from './sap/index.ts';
import { slack } from './slack/index.ts';
import { snowflake } from './snowflake/index.ts';
import { sqlite } from './sqlite/index.ts';
import { workday } from './workday/index.ts';

/** Every system that can be connected, in the order in which they are listed. */
export const connectors: readonly Connector[] = [
  ...[postgres, mysql, sqlite, files, http],
  ...[salesforce, hubspot, snowflake, sap, workday, slack],
];
