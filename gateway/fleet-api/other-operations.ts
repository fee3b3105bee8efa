import { commandNames } from '../commands/command-names.ts';
import { commandsOf } from '../commands/command-table.ts';
import { driftOf } from '../configuration/reported.ts';
import {
  fleetId,
  isSettingKey,
  type Scope,
  scopes,
  settingTable,
} from '../configuration/settings.ts';
import { type Refusal, refusal } from '../http/refusal.ts';
import type { FleetUnit } from '../registry/fleet-table.ts';
import { byOf, covers, type FleetParts, type Handlers, organisationOf, unitFor } from './parts.ts';

async function standingOf({ configuration }: FleetParts, { serial }: FleetUnit) {
  const wanted = await configuration.desired.of(serial);
  const desiredVersion = wanted?.version ?? null;
  const reported = configuration.reported.of(serial);
  const drift = driftOf(desiredVersion, reported);
  return { serial, desiredVersion, reported: reported ?? null, drift };
}

/** What others share is set by who may do all; null: this caller may set it. */
function scopeProblem(
  parts: FleetParts,
  scope: Scope,
  scopeId: string,
  caller: Parameters<typeof covers>[0],
): Refusal | null {
  if (scope === 'unit') {
    const found = unitFor(parts, scopeId, caller);
    return found.ok ? null : found;
  }
  const mayBeSet = covers(caller, scope === 'organisation' ? scopeId : null);
  return mayBeSet ? null : refusal('other-organisation');
}

/** What units should be, and what they are. */
export const configurationHandlers: Handlers<
  'configuration.get' | 'configuration.set' | 'configuration.drift'
> = {
  'configuration.get': async (parts, { serial }, caller) => {
    const found = unitFor(parts, serial, caller);
    if (!found.ok) return found;
    const settings = parts.configuration.settings.effective(found.unit);
    return {
      ...(await standingOf(parts, found.unit)),
      keys: Object.keys(settingTable),
      settings: settings.map(({ covers: covered, ...row }) => ({ ...row, covers: [...covered] })),
    };
  },

  'configuration.set': async (parts, { scope, scopeId, key, value, reason }, caller) => {
    const known = scopes.find((name) => name === scope);
    if (known === undefined || !isSettingKey(key)) {
      return refusal('bad-request', 'no such scope or key');
    }
    const problem = scopeProblem(parts, known, scopeId, caller);
    if (problem !== null) return problem;
    const id = known === 'fleet' ? fleetId : scopeId;
    const { settings } = parts.configuration;
    const by = byOf(caller);
    const done = await settings.set({ scope: known, scopeId: id, key, value, reason, by });
    return done.ok ? {} : done;
  },

  'configuration.drift': async (parts, _ask, caller) => {
    const mine = parts.registry
      .all()
      .filter((unit) => unit.enrolment > 0 && covers(caller, organisationOf(parts, unit)));
    const standings = await Promise.all(mine.map((unit) => standingOf(parts, unit)));
    const units = standings.filter(({ drift }) => drift !== 'none');
    return { units: units.map(({ serial, drift }) => ({ serial, drift })) };
  },
};

/** Commands that need nothing but their name. */
const plainCommands = Object.keys(commandNames).filter((name) => name !== 'message');

/** What a unit is told to do. */
export const commandHandlers: Handlers<'commands.list' | 'commands.ask'> = {
  'commands.list': async (parts, { serial }, caller) => {
    const found = unitFor(parts, serial, caller);
    if (!found.ok) return found;
    return { known: plainCommands, commands: await commandsOf(parts.store, serial) };
  },

  'commands.ask': async (parts, { serial, name }, caller) => {
    const found = unitFor(parts, serial, caller);
    if (!found.ok) return found;
    const asked = await parts.desk.ask({ serial, name, lifeS: null, by: byOf(caller) });
    return asked.ok ? asked.command : asked;
  },
};

/** The file that an image or a USB stick carries. */
export const imageHandlers: Handlers<'image.get'> = {
  'image.get': (parts, { apn }) => ({ ...parts.image(), apn }),
};
