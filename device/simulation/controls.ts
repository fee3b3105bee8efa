import type { ButtonName } from '../../hardware/control-panel.ts';
import type { FirmataBoard } from '../../hardware/emulator/firmata-board.ts';
import type { GnssModule } from '../../hardware/emulator/gnss-module.ts';
import type { Uc8179Emulator } from '../../hardware/emulator/uc8179-panel.ts';
import { BUTTONS, LEDS } from '../../hardware/open.ts';
import { PANEL_WIRING } from '../../hardware/panel/wiring.ts';
import type { DeviceEnv } from '../environment.ts';
import type { BenchControls, BenchGroup } from '../local-page/bench.ts';
import type { Said } from '../local-page/texts.ts';
import { press, setDaylight, setTemperature, type World } from './world.ts';

const temperaturesC = [-15, 5, 20, 60] as const;

const buttonTexts: Readonly<Record<ButtonName, Said>> = {
  'on-duty': { zh: '上岗', en: 'On duty' },
  'en-route': { zh: '出发', en: 'On the way' },
  arrived: { zh: '到达', en: 'Arrived' },
  working: { zh: '作业', en: 'Working' },
  done: { zh: '完成', en: 'Done' },
  help: { zh: '求助', en: 'Help' },
  'next-code': { zh: '换码', en: 'Next code' },
};

const lampTexts: Readonly<Record<(typeof LEDS)[number], Said>> = {
  status: { zh: '状态', en: 'status' },
  fault: { zh: '故障', en: 'fault' },
  scanned: { zh: '已扫码', en: 'scanned' },
  'front-light': { zh: '照明', en: 'front light' },
};

interface Hand {
  readonly name: string;
  readonly label: Said;
  isActive(): boolean;
  act(): void;
}

interface HandGroup {
  readonly title: Said;
  readonly hands: readonly Hand[];
}

const never = () => false;

function skyHands(gnss: GnssModule): HandGroup {
  const { faults, port } = gnss;
  return {
    title: { zh: '定位接收机', en: 'Receiver' },
    hands: [
      {
        name: 'gnss-cable',
        label: { zh: '拔下接收机线', en: 'Pull the cable' },
        isActive: () => !port.plugged,
        act: () => (port.plugged ? port.unplug() : port.plug()),
      },
      {
        name: 'gnss-sky',
        label: { zh: '遮住天空', en: 'Cover the sky' },
        isActive: () => faults.void,
        act: () => {
          faults.void = !faults.void;
        },
      },
    ],
  };
}

function buttonHands(board: FirmataBoard, env: Pick<DeviceEnv, 'timers'>): HandGroup {
  return {
    title: { zh: '按钮', en: 'Buttons' },
    hands: BUTTONS.map((name) => ({
      name: `button-${name}`,
      label: buttonTexts[name],
      isActive: never,
      act: () => press(board, PANEL_WIRING.buttons[name], env),
    })),
  };
}

function vehicleHands(board: FirmataBoard): HandGroup {
  const state = { ignition: true, day: true, plugged: true };
  return {
    title: { zh: '车辆', en: 'Vehicle' },
    hands: [
      {
        name: 'ignition',
        label: { zh: '熄火', en: 'Cut the ignition' },
        isActive: () => !state.ignition,
        act: () => {
          state.ignition = !state.ignition;
          board.setLevel(PANEL_WIRING.ignition, state.ignition ? 0 : null);
        },
      },
      {
        name: 'night',
        label: { zh: '天黑', en: 'Night' },
        isActive: () => !state.day,
        act: () => {
          state.day = !state.day;
          setDaylight(board, state.day);
        },
      },
      {
        name: 'panel-cable',
        label: { zh: '拔下按钮盒线', en: 'Pull the button box cable' },
        isActive: () => !state.plugged,
        act: () => {
          state.plugged = !state.plugged;
          if (state.plugged) board.plug();
          else board.unplug();
        },
      },
    ],
  };
}

function temperatureHands(board: FirmataBoard, epd: Uc8179Emulator | null): HandGroup {
  let present: number = 20;
  return {
    title: { zh: '屏幕温度', en: 'Panel temperature' },
    hands: temperaturesC.map((celsius) => ({
      name: `temperature-${celsius < 0 ? 'minus' : 'plus'}-${Math.abs(celsius)}`,
      label: { zh: `${celsius} °C`, en: '' },
      isActive: () => present === celsius,
      act: () => {
        present = celsius;
        setTemperature(board, epd, celsius);
      },
    })),
  };
}

function lampsOf(board: FirmataBoard | null): Said {
  if (board === null) return { zh: '—', en: '' };
  const lit = LEDS.filter((name) => (board.output(PANEL_WIRING.leds[name]) ?? 0) > 0);
  if (lit.length === 0) return { zh: '全灭', en: 'all off' };
  const join = (language: 'zh' | 'en', between: string) =>
    lit.map((name) => lampTexts[name][language]).join(between);
  return { zh: join('zh', '、'), en: join('en', ', ') };
}

/** Hands on a simulated unit's world: the parts do the rest, as they would on a vehicle. */
export function benchControls(
  { gnss, board, epd }: World,
  env: Pick<DeviceEnv, 'timers'>,
): BenchControls {
  const groups: readonly HandGroup[] = [
    ...(board === null ? [] : [buttonHands(board, env), vehicleHands(board)]),
    ...(gnss === null ? [] : [skyHands(gnss)]),
    ...(board === null ? [] : [temperatureHands(board, epd)]),
  ];
  const told = ({ title, hands }: HandGroup): BenchGroup => ({
    title,
    controls: hands.map(({ name, label, isActive }) => ({ name, label, active: isActive() })),
  });
  return {
    groups: () => groups.map(told),
    lamps: () => lampsOf(board),
    act: (name) => {
      const hand = groups.flatMap(({ hands }) => hands).find((one) => one.name === name);
      hand?.act();
      return hand !== undefined;
    },
  };
}
