import type { RefreshHistory, RefreshMemory } from '../../hardware/refresh-memory.ts';
import type { Machine } from '../environment.ts';
import { readIfThere, writeDurably } from './durable-file.ts';

/** As it is kept: by the machine's uptime, which no clock can set, in ms. */
interface Kept {
  readonly bootId: string;
  readonly lastUptimeMs: number;
  readonly lastFullUptimeMs: number | null;
  readonly partials: number;
}

function keptIn(text: string | null): Kept | null {
  try {
    const kept = JSON.parse(text ?? 'null') as Partial<Kept> | null;
    const { bootId, lastUptimeMs, lastFullUptimeMs = null, partials } = kept ?? {};
    if (typeof bootId !== 'string' || typeof lastUptimeMs !== 'number') return null;
    if (typeof partials !== 'number') return null;
    return { bootId, lastUptimeMs, lastFullUptimeMs, partials };
  } catch {
    return null;
  }
}

/** Age of a moment of that boot. Of an earlier boot only this is sure: it was before this one. */
function ageMs(kept: Kept, uptimeMs: number, machine: Machine): number {
  const nowMs = machine.uptimeMs();
  return kept.bootId === machine.bootId ? Math.max(0, nowMs - uptimeMs) : nowMs;
}

/** The panel's history in a file of its own: a damaged store does not take it along. */
export async function openRefreshFile(path: string, machine: Machine): Promise<RefreshMemory> {
  const kept = keptIn(await readIfThere(path));
  return {
    recall() {
      if (kept === null) return null;
      const { lastUptimeMs, lastFullUptimeMs, partials } = kept;
      const lastAgoMs = ageMs(kept, lastUptimeMs, machine);
      // After a reboot nobody knows how long ago: the daily full refresh comes early rather.
      const isThisBoot = kept.bootId === machine.bootId;
      const lastFullAgoMs =
        lastFullUptimeMs === null || !isThisBoot ? null : ageMs(kept, lastFullUptimeMs, machine);
      return { lastAgoMs, lastFullAgoMs, partials };
    },
    keep({ lastAgoMs, lastFullAgoMs, partials }: RefreshHistory) {
      const nowMs = machine.uptimeMs();
      const text: Kept = {
        bootId: machine.bootId,
        lastUptimeMs: nowMs - lastAgoMs,
        lastFullUptimeMs: lastFullAgoMs === null ? null : nowMs - lastFullAgoMs,
        partials,
      };
      return writeDurably(path, `${JSON.stringify(text)}\n`);
    },
  };
}
