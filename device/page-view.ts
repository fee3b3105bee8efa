import { listHardware } from '../hardware/open.ts';
import type { AgentParts } from './agent-parts.ts';
import type { Standing } from './agent-standing.ts';
import type { ScreenFacts } from './code/screen-facts.ts';
import type { DeviceConfig } from './config.ts';
import type { DeviceEnv } from './environment.ts';
import type { FittedPart, UnitView } from './local-page/unit-view.ts';
import type { LogRing } from './log/log-ring.ts';
import { summariseQueue } from './outbox/summary.ts';
import { boardTemperatureC, diskFreeMb } from './status.ts';

export interface PageViewSetup {
  readonly config: DeviceConfig;
  readonly env: Pick<DeviceEnv, 'nowMs' | 'nowMonoMs'>;
  readonly parts: AgentParts;
  readonly standing: Standing;
  readonly log: LogRing;
  facts(): ScreenFacts;
}

function fittedParts(config: DeviceConfig): readonly FittedPart[] {
  const { display, displayPath, gnss, gnssPath, panel, panelPath, modem, modemPath } = config;
  return [
    { name: 'display', part: display, path: displayPath },
    { name: 'gnss', part: gnss, path: gnssPath },
    { name: 'panel', part: panel, path: panelPath },
    { name: 'modem', part: modem, path: modemPath },
  ];
}

/** What of the unit at work a page shows beside the glass. */
function deepView({ config, env, standing, log }: PageViewSetup) {
  const { base, feed, cab, frames, roster, crew, crewText, test, screen } = standing;
  const nowMs = () => base.clock.now()?.ms ?? null;
  return {
    clock: () => {
      const reading = base.clock.now();
      return { reading, offsetMs: reading === null ? null : env.nowMs() - reading.ms };
    },
    fix: () => {
      const fix = feed.last;
      return fix === null ? null : { fix, ageS: (env.nowMonoMs() - fix.monoMs) / 1000 };
    },
    hasModem: cab.hasModem,
    modem: () => cab.modem,
    isPanelLinked: () => cab.isPanelLinked,
    machine: async () => ({
      diskFreeMb: await diskFreeMb(config.dataDir),
      boardTemperatureC: await boardTemperatureC(),
    }),
    queue: () => summariseQueue(base.store, base.outbox.epoch),
    aboard: () => crew.aboard,
    roster: () => ({ version: roster.version, people: roster.people.length }),
    crewText: () => crewText.current(nowMs()),
    trainingUntilMs: () => base.state.trainingUntilMs,
    frames,
    log,
    test,
    fitted: fittedParts(config),
    hardware: () => listHardware(),
    actions: {
      nextCode: () => {
        base.recorder.event('local-page', 'next-code');
        screen.nextCode();
      },
      blink: () => cab.blink(),
      board: (badge: string, pin: string) => crew.board(badge, pin),
      leave: (badge: string, pin: string) => crew.leave(badge, pin),
    },
  };
}

/** What the local page may look at. */
export function pageView(setup: PageViewSetup): UnitView {
  const { parts, standing, facts } = setup;
  const { base, display, screen, cab } = standing;
  return {
    facts,
    code: () => screen.code(),
    echo: () => screen.echo(),
    notice: () => screen.notice(),
    fault: () => screen.fault() ?? display.health().reason,
    ignition: () => cab.ignition,
    panelTemperatureC: () => display.health().temperatureC,
    glass: () => display.glass?.() ?? null,
    nowMs: () => base.clock.now()?.ms ?? null,
    waiting: () => base.outbox.waitingRecords,
    ...deepView(setup),
    pageHandlers: display.pageHandlers,
    truth: parts.truth,
    emulatedGlass: parts.glass,
    bench: parts.bench,
  };
}
