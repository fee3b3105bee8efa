import type { Cab } from './cab/cab.ts';
import type { CodeScreen } from './code/code-screen.ts';
import type { Commands } from './commands/commands.ts';
import type { DeviceConfig } from './config.ts';
import type { Crew } from './crew/crew.ts';
import type { Roster } from './crew/roster.ts';
import type { Log } from './environment.ts';
import type { Foundation } from './foundation.ts';
import type { Credentials } from './identity/credentials.ts';
import type { UnitUpdates } from './update/open-updates.ts';
import type { UplinkOwner } from './uplink/open-uplink.ts';
import type { Dial } from './uplink/session.ts';

export interface OwnerParts {
  readonly config: DeviceConfig;
  readonly log: Log;
  readonly bootId: string;
  readonly dial: Dial | undefined;
  readonly base: Foundation;
  readonly screen: CodeScreen;
  readonly cab: Cab;
  readonly commands: Commands;
  readonly roster: Roster;
  readonly crew: Crew;
  readonly updates: UnitUpdates;
  credentials(): Credentials;
  /** Something that the screen or the status shows is different now. */
  changed(): void;
}

/** What the unit does with what the gateway says. */
export function uplinkOwner(parts: OwnerParts): UplinkOwner {
  const { config, bootId, dial, base, screen, cab, commands, roster, crew } = parts;
  const { credentials, changed, log } = parts;
  const { serial, model, redialFirstMs } = config;
  const { state, recorder } = base;
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
    onCommand: (message) => void commands.take(message),
    onRelease: ({ release }) => parts.updates.offered(release),
    onAcknowledged: () => parts.updates.acknowledged(),
    rosterVersion: () => roster.version,
    onRoster: (message) => {
      roster
        .take(message)
        .then(async (isNew) => {
          if (!isNew) return;
          recorder.event('roster', `version ${roster.version}`);
          await crew.rosterChanged();
        })
        .catch((error: unknown) => log.error({ error: String(error) }, 'no roster was kept'));
    },
  };
}
