import type { Cab } from '../cab/cab.ts';
import type { CodeScreen } from '../code/code-screen.ts';
import type { CrewText } from '../crew/crew-text.ts';
import type { DeviceEnv } from '../environment.ts';
import type { Foundation } from '../foundation.ts';
import type { LiveTest } from '../live-test/live-test.ts';
import type { LogFile } from '../log/log-file.ts';
import { logChunks, logUploadLimits } from '../log/log-upload.ts';
import type { CommandTargets } from './command-table.ts';

const rotateLimits = {
  pollMs: 500,
  /** The slowest panel rests three minutes between two codes. */
  waitMsMax: 240_000,
} as const;

export interface TargetParts {
  readonly env: Pick<DeviceEnv, 'nowMonoMs' | 'timers'>;
  readonly base: Pick<Foundation, 'recorder' | 'state'>;
  readonly screen: Pick<CodeScreen, 'code' | 'notice' | 'nextCode'>;
  readonly cab: Pick<Cab, 'blink'>;
  readonly test: Pick<LiveTest, 'run'>;
  readonly crewText: Pick<CrewText, 'say'>;
  readonly logFile: Pick<LogFile, 'tail'>;
  reboot(): void;
  wipe(): void;
}

async function rotated({ env, screen }: TargetParts): Promise<number | string> {
  const before = screen.code()?.issuedAt;
  const endMonoMs = env.nowMonoMs() + rotateLimits.waitMsMax;
  screen.nextCode();
  while (env.nowMonoMs() < endMonoMs) {
    const [code, notice] = [screen.code(), screen.notice()];
    if (code !== null && code.issuedAt !== before) return code.issuedAt;
    if (notice !== null) return notice;
    await new Promise<void>((resolve) => {
      env.timers.after(rotateLimits.pollMs, resolve);
    });
  }
  return 'timeout';
}

/** What commands reach, on a unit at work. */
export function commandTargets(parts: TargetParts): CommandTargets {
  const { base, screen, cab, test, crewText, logFile } = parts;
  return {
    nextCode: () => screen.nextCode(),
    rotate: () => rotated(parts),
    setSuspended: (suspended) => base.state.setSuspended(suspended),
    selfTest: () => test.run(),
    blink: () => cab.blink(),
    say: (text, untilMs) => crewText.say(text, untilMs),
    uploadLog: async (commandId) => {
      const lines = await logFile.tail(logUploadLimits.textBytesMax);
      const { chunks, lines: sent } = await logChunks(commandId, lines);
      for (const chunk of chunks) await base.recorder.writeWith('logChunk', chunk);
      return { chunks: chunks.length, lines: sent };
    },
    reboot: parts.reboot,
    wipe: parts.wipe,
  };
}
