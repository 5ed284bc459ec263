/** Starts the Chromium that the global set-up found; each start gets a fresh profile folder from playwright. */
import { chromium, type Browser } from 'playwright-core';
import { inject } from 'vitest';

export function launchChromium(extraArgs: readonly string[] = []): Promise<Browser> {
  const { executablePath, args } = inject('chromium');
  return chromium.launch({ executablePath, args: [...args, ...extraArgs], timeout: 60_000 });
}
