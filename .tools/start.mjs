import { ensureBuilt } from './build.mjs';
import { Demo } from './demo/demo.mjs';
import { OptionError, readOptions } from './demo/options.mjs';
import { addresses } from './demo/parts.mjs';
import { printAddresses } from './demo/print.mjs';
import { ensureInstalled } from './install.mjs';
import { say } from './shell.mjs';

/** `npm start`: installs, builds, and runs the whole demonstration until Ctrl-C. */
async function main() {
  const options = readOptions(process.argv.slice(2));
  ensureInstalled();
  ensureBuilt();
  const demo = new Demo(options, {
    say,
    onDeath: (part) => {
      say(`${part.name} ended unexpectedly; its log: ${part.logFile}`);
      void end(1);
    },
  });
  let ending = false;
  const end = async (exitCode) => {
    // npm hands on the Ctrl-C that the terminal gave us too: the second must not cut the stop short.
    if (ending) return;
    ending = true;
    say('stopping …');
    await demo.stop();
    say('stopped; the data stays for the next start');
    process.exit(exitCode);
  };
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => void end(0));
  try {
    await demo.start();
  } catch (error) {
    say(error.message);
    await end(1);
    return;
  }
  printAddresses(addresses(options), demo, options);
}

main().catch((error) => {
  say(error.message);
  process.exit(error instanceof OptionError ? 2 : 1);
});
