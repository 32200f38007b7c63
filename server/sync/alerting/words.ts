import { escapeFor } from '../notices/words.ts';
import type { AlertNotice } from '../syncs/definition.ts';
import { checkNames, type Known } from '../workflows/templates/known.ts';
import { parseTemplate } from '../workflows/templates/parse.ts';
import { render } from '../workflows/templates/render.ts';
import type { Happening } from './happening.ts';

type Named = { readonly id: string; readonly name: string };

const any = 'anything' as const;
const known: Known = {
  event: any,
  sync: { id: any, name: any },
  alert: { name: any, state: any, message: any, since: any },
  run: {
    ...{ id: any, status: any, trigger: any, error: any, pause_reason: any },
    ...{ records_read: any, records_written: any, records_failed: any },
  },
};

/** @throws AppError 400 that says where it cannot be read, or asks for what there is not */
export function checkMessage(message: string, member: string): void {
  checkNames([parseTemplate(message, member)], known);
}

/** What is said of what has happened, as its channel reads it. @throws TemplateError */
export function messageOf(
  { channel, message }: Pick<AlertNotice, 'channel' | 'message'>,
  sync: Named,
  happening: Happening,
): string {
  const escaped = escapeFor(channel);
  if (message === null) return usualWords(sync, happening, escaped);
  const scope = { ...happening, sync: { id: sync.id, name: sync.name } };
  return render(parseTemplate(message), scope, { escape: escaped }).text;
}

/** Read on its way by others: the name of the sync is all that it says. */
export function subjectOf({ name }: Named, { event, alert }: Happening): string {
  if (alert) return `${alert.state === 'firing' ? 'Alert' : 'Resolved'}: sync ${name}`;
  return `Sync ${name} ${event === 'sync.failed' ? 'failed' : 'is paused'}`;
}

function usualWords(
  sync: Named,
  { alert, run }: Happening,
  escaped: (value: string) => string,
): string {
  const name = `“${escaped(sync.name)}”`;
  if (alert) {
    const state = alert.state === 'firing' ? 'Alert' : 'Resolved';
    return `${state} for the sync ${name}: ${escaped(alert.message)}`;
  }
  if (run?.status === 'paused') {
    const why = escaped(run.pause_reason ?? 'it waits for a decision.');
    return `The sync ${name} is paused: ${why}\nResume or cancel its run ${run.id}.`;
  }
  return `The sync ${name} failed: ${escaped(run?.error ?? 'no reason is known.')}\nRun ${run?.id}.`;
}
