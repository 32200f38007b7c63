import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Result } from 'axe-core';
import type { Page } from 'playwright-core';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** Fails with each rule of WCAG 2.2 AA that the page breaks, and where. */
export async function axeFindsNothing(page: Page): Promise<void> {
  const violations = await findViolations(page);
  assert.equal(violations.map(describe).join('\n'), '', `axe on ${page.url()}`);
}

async function findViolations(page: Page): Promise<Result[]> {
  // Evaluated by the debugger, which the page's policy does not bind.
  await page.evaluate(source);
  return page.evaluate(async (values) => {
    const { axe } = globalThis as unknown as { axe: typeof import('axe-core') };
    const { violations } = await axe.run(document, { runOnly: { type: 'tag', values } });
    return violations;
  }, rules);
}

function describe({ id, help, nodes }: Result): string {
  const places = nodes.map(
    ({ html, failureSummary = '' }) =>
      `    ${html.slice(0, 200)}\n      ${failureSummary.replaceAll('\n', ' ')}`,
  );
  return `${id}: ${help}\n${places.join('\n')}`;
}
