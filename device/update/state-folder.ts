import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

const defaultFolder = '.data/device';
const environmentName = 'XINLU_DEVICE_DATA_DIR';
const word = /^(?:device\.)?dataDir=(.*)$/;

function inFile(path: string): string | undefined {
  try {
    const parsed = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
    const keys = (parsed.device as Record<string, unknown> | undefined) ?? parsed;
    return typeof keys.dataDir === 'string' ? keys.dataDir : undefined;
  } catch {
    return undefined;
  }
}

function configFile(args: readonly string[]): string | undefined {
  const joined = args.find((one) => one.startsWith('--config='));
  if (joined !== undefined) return joined.slice('--config='.length);
  const at = args.indexOf('--config');
  return at < 0 ? undefined : args[at + 1];
}

/**
 * The unit's state folder, found as `readDeviceConfig` finds it, and nothing else of the
 * configuration: that one belongs to the program that is started, which may know keys that the
 * launcher does not.
 */
export function stateFolderOf(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  callerFolder: string,
): string {
  const said = args.flatMap((one) => word.exec(one)?.[1] ?? []).at(-1);
  const file = configFile(args);
  const fromFile = file === undefined ? undefined : inFile(resolve(callerFolder, file));
  return resolve(callerFolder, said ?? env[environmentName] ?? fromFile ?? defaultFolder);
}
