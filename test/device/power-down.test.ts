import { describe, expect, it } from 'vitest';
import { powerDown } from '../../device/power-down.ts';
import { makeWorld } from './support/world.ts';

function rig(steps: Readonly<Record<string, () => Promise<void>>>, holdUpMs = 5_000) {
  const world = makeWorld('power');
  const ended = { value: false };
  const done = powerDown({ env: world.env, holdUpMs, steps: Object.entries(steps) });
  void done.then(() => {
    ended.value = true;
  });
  return { ...world, ended };
}

describe('the ignition is off', () => {
  it('what must be done is done in order, and one that fails does not stop the rest', async () => {
    const did: string[] = [];
    const { pass, lines } = rig({
      glass: async () => void did.push('glass'),
      gateway: async () => {
        did.push('gateway');
        throw new Error('cut off');
      },
      disk: async () => void did.push('disk'),
    });
    await pass(100);
    expect(did).toEqual(['glass', 'gateway', 'disk']);
    expect(lines.map(({ level }) => level)).toEqual(['error', 'info']);
  });

  it('a step that never ends is named when the power may go', async () => {
    const { pass, ended, lines } = rig({
      glass: async () => undefined,
      gateway: () => new Promise(() => undefined),
    });
    await pass(4_900);
    expect(ended.value).toBe(false);
    await pass(200);
    expect(ended.value).toBe(true);
    expect(lines).toMatchObject([{ level: 'error', fields: { step: 'gateway' } }]);
  });
});
