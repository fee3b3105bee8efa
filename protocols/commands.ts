import type { Command } from './command.ts';
import { contractCommands } from './contracts/commands.ts';
import { evidenceCommands } from './evidence/commands.ts';
import { geoCommands } from './geo/commands.ts';
import { idCommands } from './ids/commands.ts';
import { jt808Commands } from './jt808/commands.ts';
import { networkCommands } from './network/commands.ts';
import { nmeaCommands } from './nmea/commands.ts';
import { receiptCommands } from './receipt/commands.ts';
import { scanCodeCommands } from './scan-code/commands.ts';
import { trackCommands } from './track/commands.ts';

/** Every command of this folder. Each line is a feature's own `commands.ts`. */
export const commands: readonly Command[] = [
  ...contractCommands,
  ...evidenceCommands,
  ...geoCommands,
  ...idCommands,
  ...jt808Commands,
  ...networkCommands,
  ...nmeaCommands,
  ...receiptCommands,
  ...scanCodeCommands,
  ...trackCommands,
];
