import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium } from 'playwright-core';
import { onTestFinished } from 'vitest';

const usualPlaces = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** Chromium's program: of `CHROMIUM`, or in one of its usual places. */
const chromiumProgram = process.env['CHROMIUM'] || usualPlaces.find((place) => existsSync(place));

/** For `it.skipIf`: says aloud that something was not tried. In CI it is tried, come what may. */
export function withoutChromium(): boolean {
  const isCi = !['', 'false', '0', undefined].includes(process.env['CI']);
  if (chromiumProgram !== undefined || isCi) return false;
  process.stderr.write(
    'NOT TESTED in a browser: no Chromium here (apt-get install chromium, or set CHROMIUM)\n',
  );
  return true;
}

/** A browser of its own for the test that asks, without extensions, memory or a word to Google. */
export async function withBrowser(
  options: Parameters<typeof chromium.launchPersistentContext>[1] = {},
): Promise<BrowserContext> {
  if (chromiumProgram === undefined)
    throw new Error('there is no Chromium: apt-get install chromium, or set CHROMIUM');
  const profile = mkdtempSync(join(tmpdir(), 'keyway-chromium-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: chromiumProgram,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
    ...options,
  });
  onTestFinished(async () => {
    await context.close();
    rmSync(profile, { recursive: true, force: true });
  });
  return context;
}
