import type { Standing, UnitHooks } from './agent-standing.ts';
import { Attempts } from './attempts.ts';
import { CommandBook } from './commands/command-book.ts';
import { Commands } from './commands/commands.ts';
import { commandTargets } from './commands/targets.ts';
import type { DeviceConfig } from './config.ts';
import { Crew } from './crew/crew.ts';
import { CrewText } from './crew/crew-text.ts';
import { Roster } from './crew/roster.ts';
import type { DeviceEnv } from './environment.ts';
import type { Foundation } from './foundation.ts';
import { liveChecks } from './live-test/checks.ts';
import { LiveTest } from './live-test/live-test.ts';
import type { LogFile } from './log/log-file.ts';

const hourMs = 3_600_000;

export interface PeopleSetup {
  readonly config: DeviceConfig;
  readonly env: DeviceEnv;
  readonly base: Foundation;
  readonly machinery: Pick<Standing, 'display' | 'screen' | 'feed' | 'cab'>;
  readonly logFile: LogFile;
  readonly hooks: UnitHooks;
}

type People = Pick<Standing, 'roster' | 'crew' | 'crewText' | 'test' | 'commands'>;

/** Who is aboard, and what people ask of the unit, on the spot or from afar. */
export async function openPeople(setup: PeopleSetup): Promise<People> {
  const { config, env, base, machinery, logFile, hooks } = setup;
  const { store, recorder, clock } = base;
  const nowMs = () => clock.now()?.ms ?? null;
  const [roster, crewText] = [new Roster(store), new CrewText(store)];
  const crew = new Crew({
    roster,
    attempts: new Attempts(env.nowMonoMs),
    env,
    shiftMsMax: config.shiftHoursMax * hourMs,
    trustedMs: nowMs,
    record: async (values, also) => void (await recorder.writeWith('crew', values, also)),
    changed: hooks.changed,
  });
  for (const part of [roster, crewText, crew]) await part.load(store);
  const { dataDir } = config;
  const { randomBytes } = env;
  const checks = liveChecks({ base, ...machinery, dataDir, randomBytes, isOnline: hooks.isOnline });
  const test = new LiveTest({
    checks,
    env,
    onLine: ({ part, result, detail }) =>
      recorder.event('self-test', [part, result, detail].filter((word) => word !== '').join(' ')),
  });
  const { bootId } = env.machine;
  const book = new CommandBook(store, bootId);
  if (base.isNewStore) await book.forgotten();
  const { screen, cab } = machinery;
  const { reboot, wipe } = hooks;
  const commands = new Commands({
    book,
    targets: commandTargets({ env, base, screen, cab, test, crewText, logFile, reboot, wipe }),
    log: env.log,
    bootId,
    nowMs,
    answer: async (result, also) => void (await recorder.writeWith('commandResult', result, also)),
    changed: hooks.changed,
  });
  return { roster, crew, crewText, test, commands };
}
