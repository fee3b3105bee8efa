/**
 * What a unit may be told to do, and how long that makes sense when nothing else is said, s.
 * A wipe waits for a unit that comes back; a blink is for somebody who stands there.
 */
export const commandNames = {
  'next-code': 60,
  rotate: 300,
  'self-test': 600,
  blink: 60,
  message: 600,
  'log-upload': 3_600,
  reboot: 600,
  wipe: 7 * 86_400,
} as const;
export type CommandName = keyof typeof commandNames;

export function isCommandName(name: string): name is CommandName {
  return Object.hasOwn(commandNames, name);
}
