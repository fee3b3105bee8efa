#!/usr/bin/env node
import { launch } from './update/launcher.ts';

const args = process.argv.slice(2);

await launch('main', args, async () => {
  const { leave, runDevice } = await import('./process.ts');
  await runDevice(args, Date.now);
  leave();
});
