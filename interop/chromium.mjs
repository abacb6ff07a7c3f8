import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';

const EXECUTABLE = process.env.CHROMIUM || '/usr/bin/chromium';

/**
 * Runs the action with a headless Chromium of the system's own; nothing is downloaded. It is ended
 * either way.
 */
export async function inChromium(action) {
  if (!existsSync(EXECUTABLE)) {
    throw new Error(`${EXECUTABLE} is missing: install chromium, or set CHROMIUM to its path`);
  }
  const browser = await chromium.launch({
    executablePath: EXECUTABLE,
    // Its sandbox refuses to run as root, as in a container.
    chromiumSandbox: process.getuid?.() !== 0,
  });
  try {
    return await action(browser);
  } finally {
    await browser.close();
  }
}
