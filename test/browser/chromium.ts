import { mkdtempSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import sparticuz from '@sparticuz/chromium';
import { type Browser, chromium } from 'playwright-core';

const require = createRequire(import.meta.url);

/** A fontconfig that knows Noto Sans SC, so that Chinese is drawn where no such font is installed. */
function fontConfig(): string {
  const folder = mkdtempSync(join(tmpdir(), 'xinlu-fonts-'));
  const fonts = dirname(require.resolve('@expo-google-fonts/noto-sans-sc/package.json'));
  const file = join(folder, 'fonts.conf');
  const aliases = ['system-ui', 'sans-serif']
    .map(
      (name) =>
        `<alias><family>${name}</family><prefer><family>Noto Sans SC</family></prefer></alias>`,
    )
    .join('');
  writeFileSync(
    file,
    `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>${fonts}</dir><cachedir>${join(folder, 'cache')}</cachedir>${aliases}</fontconfig>`,
  );
  return file;
}

/** A real Chromium without a window. It runs as root in containers, hence no sandbox. */
export async function launchChromium(): Promise<Browser> {
  sparticuz.setGraphicsMode = false;
  return chromium.launch({
    executablePath: await sparticuz.executablePath(),
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-dev-shm-usage',
      '--font-render-hinting=none',
    ],
    headless: true,
    env: { ...process.env, FONTCONFIG_FILE: fontConfig() } as Record<string, string>,
  });
}
