import type { Cab } from './cab/cab.ts';
import type { CodeScreen } from './code/code-screen.ts';
import { obeyCommand } from './commands.ts';
import type { DeviceConfig } from './config.ts';
import type { Foundation } from './foundation.ts';
import type { Credentials } from './identity/credentials.ts';
import type { UplinkOwner } from './uplink/open-uplink.ts';
import type { Dial } from './uplink/session.ts';

export interface OwnerParts {
  readonly config: DeviceConfig;
  readonly bootId: string;
  readonly dial: Dial | undefined;
  readonly base: Foundation;
  readonly screen: CodeScreen;
  readonly cab: Cab;
  credentials(): Credentials;
  /** Something that the screen or the status shows is different now. */
  changed(): void;
}

/** What the unit does with what the gateway says. */
export function uplinkOwner(parts: OwnerParts): UplinkOwner {
  const { config, bootId, dial, base, screen, cab, credentials, changed } = parts;
  const { serial, model, redialFirstMs } = config;
  const { state, recorder, clock } = base;
  return {
    serial,
    model,
    bootId,
    redialFirstMs,
    dial,
    credentials,
    onLink: changed,
    onTime: changed,
    onConfig: (message) => {
      const applied = state.setConfig(message);
      const reason = applied ? null : 'older than the one in use';
      void recorder.write('configReported', { version: message.version, applied, reason });
      changed();
    },
    onIncident: ({ incident }) => {
      state.setIncident(incident);
      changed();
    },
    onScanned: (issuedAt, openedAtMs) => {
      if (screen.scanned(issuedAt, openedAtMs)) cab.scanned();
    },
    onCommand: (message) => {
      const targets = {
        nextCode: () => screen.nextCode(),
        setSuspended: (suspended: boolean) => state.setSuspended(suspended),
      };
      const result = obeyCommand(message, targets, clock.now()?.ms ?? null);
      void recorder.write('commandResult', result);
      changed();
    },
  };
}
