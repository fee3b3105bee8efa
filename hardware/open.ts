/** The face of this folder: policy code imports values from here only, drivers never. */
export { BUTTONS, LEDS } from './control-panel.ts';
export { listHardware } from './discovery.ts';
export { systemTimers } from './environment.ts';
export { frameHash } from './frame-hash.ts';
export type { PlausibilityFlag } from './gnss/plausibility.ts';
export { Plausibility } from './gnss/plausibility.ts';
export type { ControlPanelConfig, ModemConfig } from './open-cab.ts';
export { openControlPanel, openModem, openWatchdog } from './open-cab.ts';
export type { DisplayConfig } from './open-display.ts';
export { openDisplay } from './open-display.ts';
export type { GnssConfig } from './open-gnss.ts';
export { openGnss } from './open-gnss.ts';
export { encodePng } from './png-image.ts';
export { PanelPower } from './power-source.ts';
export { selfTest } from './self-test.ts';
export { HealthBeat } from './watchdog/health-beat.ts';
