/** Units of the demonstration: fictional, marked 示例 wherever they are shown. */

const network = 'device.network=gateway/samples/hebei-network.geojson';

function track(file) {
  return `device.track=test/vectors/tracks/${file}`;
}

/** E-ink at the speed of a demonstration, on the emulator of the real controller. */
const eink = ['device.display=waveshare-7in5-v2-demo', 'device.displayPath=emulator:panel'];

/** A receiver, a button box and a modem, each byte by byte. */
const cab = [
  'device.gnss=atgm336h',
  'device.panel=firmata-nano',
  'device.panelPath=emulator:cab',
  'device.modem=quectel-ec20',
  'device.modemPath=emulator:modem',
];

const named = [
  {
    title: '清障车 tow truck',
    kind: 'tow-truck',
    vehicle: 'veh-demo-tow-1',
    model: 'sim-eink-800x480',
    words: [...eink, ...cab, network, track('barefoot-munich-1hz.csv')],
    start: { section: 'G4', stake: 'K150+000' },
  },
  {
    title: '巡逻车 patrol car',
    kind: 'patrol-car',
    vehicle: 'veh-demo-patrol-1',
    model: 'sim-lcd-1024x600',
    words: ['device.display=fb-1024x600', ...cab, network, track('comma2k19-ublox-10hz.csv')],
    start: { section: 'G4', stake: 'K180+000' },
  },
  {
    title: '服务区自助机 kiosk',
    kind: 'kiosk',
    vehicle: 'veh-demo-kiosk-1',
    model: 'sim-kiosk-1280x800',
    words: ['device.display=web-kiosk', 'device.gnss=fixed', 'device.position=38.4172,114.9393'],
    start: null,
  },
];

function furtherTruck(number) {
  const [tow] = named;
  return {
    ...tow,
    vehicle: `veh-demo-tow-${number - named.length + 1}`,
    start: { section: 'G4', stake: `K${100 + 5 * number}+000` },
  };
}

/** Where a drive begins; a kiosk stands. */
function driveWords(start) {
  if (start === null) return [];
  return [`device.section=${start.section}`, `device.startStake=${start.stake}`];
}

function withNumber(unit, number, firstLocalPort) {
  const serial = `XL-DEMO-${String(number).padStart(4, '0')}`;
  const words = [...unit.words, `device.model=${unit.model}`, ...driveWords(unit.start)];
  return { ...unit, serial, words, localPort: firstLocalPort + number - 1 };
}

/** `count` units: tow truck, patrol car, kiosk, then further tow trucks. */
export function demoFleet(count, firstLocalPort) {
  return Array.from({ length: count }, (_, index) =>
    withNumber(named[index] ?? furtherTruck(index + 1), index + 1, firstLocalPort),
  );
}

/** Who enrols units of the sample firm. */
export const demoTechnician = {
  login: 'technician',
  name: '示例技术员',
  role: 'technician',
  organisation: 'org-demo-rescue',
};

/** The incident that the tow truck is working when somebody looks. */
export const demoIncident = {
  section: 'G4',
  stake: 'K152+300',
  direction: 'INC',
  kind: 'rescue',
  summary: '示例：小型客车故障，占用应急车道',
};
