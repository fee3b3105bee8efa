import type { ButtonName } from '../../hardware/control-panel.ts';
import type { DutyName } from '../../protocols/scan-code/fields.ts';

/** Stage of duty a button states; the others state none. wire.md, "Incidents". */
export const dutyOfButton: Readonly<Partial<Record<ButtonName, DutyName>>> = {
  'on-duty': 'patrol',
  'en-route': 'en-route',
  arrived: 'on-scene',
  working: 'working',
  done: 'returning',
};
