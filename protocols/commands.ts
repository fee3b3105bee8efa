import type { Command } from './command.ts';
import { idCommands } from './ids/commands.ts';
import { jt808Commands } from './jt808/commands.ts';
import { nmeaCommands } from './nmea/commands.ts';
import { scanCodeCommands } from './scan-code/commands.ts';

/** Every command of this folder. Each line is a feature's own `commands.ts`. */
export const commands: readonly Command[] = [
  ...idCommands,
  ...jt808Commands,
  ...nmeaCommands,
  ...scanCodeCommands,
];
