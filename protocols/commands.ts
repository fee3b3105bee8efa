import type { Command } from './command.ts';
import { scanCodeCommands } from './scan-code/commands.ts';

/** Every command of this folder. Each line is a feature's own `commands.ts`. */
export const commands: readonly Command[] = [...scanCodeCommands];
