import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import type { ControlPanel, ControlPanelEvents } from '../../hardware/control-panel.ts';
import { VirtualClock } from '../../hardware/emulator/virtual-clock.ts';
import { PanelPower } from '../../hardware/open.ts';

class Panel extends EventEmitter<ControlPanelEvents> implements ControlPanel {
  readonly linked = true;
  async start() {}
  async stop() {}
  led() {}
  beep() {}
}

describe('power source', () => {
  it('does not take the start of the engine for the end of the journey', async () => {
    const clock = new VirtualClock(0);
    const panel = new Panel();
    const power = new PanelPower(panel, 8000, clock);
    const told: boolean[] = [];
    power.on('ignition', (on) => told.push(on));
    expect(power.ignition).toBeNull();
    panel.emit('ignition', true);
    panel.emit('ignition', false);
    await clock.advance(900);
    panel.emit('ignition', true);
    await clock.advance(5000);
    expect(told).toEqual([true]);
    panel.emit('ignition', false);
    await clock.advance(1000);
    expect(told).toEqual([true, false]);
    expect(power.ignition).toBe(false);
  });
});
