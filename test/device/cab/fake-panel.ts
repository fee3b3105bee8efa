import { EventEmitter } from 'node:events';
import type {
  ControlPanel,
  ControlPanelEvents,
  LedName,
  LedState,
} from '../../../hardware/control-panel.ts';

/** A panel whose lamps can be looked at. */
export class FakePanel extends EventEmitter<ControlPanelEvents> implements ControlPanel {
  readonly linked = true;
  readonly lamps: Partial<Record<LedName, LedState>> = {};
  beeps = 0;

  async start(): Promise<void> {}

  async stop(): Promise<void> {}

  led(name: LedName, state: LedState): void {
    this.lamps[name] = state;
  }

  beep(times: number): void {
    this.beeps += times;
  }
}
