import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ensureBuilt } from './build.mjs';
import { ensureInstalled } from './install.mjs';
import { rootFolder, say } from './shell.mjs';

/** First word of a command, or its first two → the folder whose cli.ts knows it. */
const folderOf = {
  code: 'protocols',
  nmea: 'protocols',
  jt808: 'protocols',
  stake: 'protocols',
  track: 'protocols',
  geo: 'protocols',
  id: 'protocols',
  network: 'gateway',
  'network check': 'protocols',
  'contract asyncapi': 'protocols',
  'contract gateway': 'gateway',
  'contract server': 'server',
  receipt: 'protocols',
  evidence: 'protocols',
  unit: 'gateway',
  release: 'gateway',
  authority: 'gateway',
  gateway: 'gateway',
  config: 'gateway',
  incident: 'gateway',
  alert: 'gateway',
  webhook: 'gateway',
  terminal: 'gateway',
  link: 'server',
  card: 'server',
  crew: 'server',
  user: 'server',
  audit: 'server',
};

/** What is done at a desk and not by a part of the product: first two words → its script. */
const toolOf = {
  'release keygen': join('.tools', 'release', 'main.mjs'),
  'release make': join('.tools', 'release', 'main.mjs'),
  'release sign': join('.tools', 'release', 'main.mjs'),
  'release authorise': join('.tools', 'release', 'main.mjs'),
};

const [topic, action] = process.argv.slice(2);
const folder = folderOf[`${topic} ${action}`] ?? folderOf[topic];
const script = toolOf[`${topic} ${action}`] ?? join('dist', folder ?? '', 'cli.js');
if (folder === undefined) {
  say(
    `xinlu: no such command: ${topic ?? '(none)'}; known are ${Object.keys(folderOf).join(', ')}`,
  );
  say('a TOPIC alone lists what its folder knows');
  process.exit(2);
}
ensureInstalled();
ensureBuilt();
const child = spawn(process.execPath, [join(rootFolder, script), ...process.argv.slice(2)], {
  stdio: 'inherit',
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('exit', (code) => process.exit(code ?? 1));
