import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Result, RunOnly } from 'axe-core';
import type { Page } from 'playwright-core';
import { takeScreenshots } from './browser.ts';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const checks: ['light' | 'dark', RunOnly][] = [
  ['light', { type: 'tag', values: tags }],
  ['dark', { type: 'rule', values: ['color-contrast'] }],
];

/**
 * Fails with each rule of WCAG 2.2 AA that the page breaks, and where: all of them in light, and those
 * of contrast in dark. The pictures of a page with a `name` are of both.
 */
export async function axeFindsNothing(page: Page, name?: string): Promise<void> {
  // Evaluated by the debugger, which the page's policy does not bind.
  await page.evaluate(source);
  for (const [colorScheme, runOnly] of checks) {
    await page.emulateMedia({ colorScheme });
    await page.locator(`html[data-mantine-color-scheme="${colorScheme}"]`).waitFor();
    if (name !== undefined) await takeScreenshots(page, `${name}-${colorScheme}`);
    const violations = await findViolations(page, runOnly);
    const where = `axe on ${page.url()} in ${colorScheme}`;
    assert.equal(violations.map(describe).join('\n'), '', where);
  }
  await page.emulateMedia({ colorScheme: 'light' });
}

async function findViolations(page: Page, runOnly: RunOnly): Promise<Result[]> {
  return page.evaluate(async (only) => {
    const { axe } = globalThis as unknown as { axe: typeof import('axe-core') };
    const { violations } = await axe.run(document, { runOnly: only, resultTypes: ['violations'] });
    return violations;
  }, runOnly);
}

function describe({ id, help, nodes }: Result): string {
  const places = nodes.map(
    ({ html, failureSummary = '' }) =>
      `    ${html.slice(0, 200)}\n      ${failureSummary.replaceAll('\n', ' ')}`,
  );
  return `${id}: ${help}\n${places.join('\n')}`;
}
