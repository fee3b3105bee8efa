/** Units of the demonstration: fictional, marked 示例 wherever they are shown. */

const firstLocalPort = 8090;
const network = 'unit.network=gateway/samples/hebei-network.geojson';

function track(file) {
  return `unit.track=test/vectors/tracks/${file}`;
}

const named = [
  {
    title: '清障车 tow truck',
    kind: 'tow-truck',
    vehicle: 'veh-demo-tow-1',
    model: 'sim-eink-800x480',
    words: ['unit.display=png-eink-demo', network, track('barefoot-munich-1hz.csv')],
    start: { section: 'G4', stake: 'K150+000' },
  },
  {
    title: '巡逻车 patrol car',
    kind: 'patrol-car',
    vehicle: 'veh-demo-patrol-1',
    model: 'sim-lcd-1024x600',
    words: ['unit.display=png-lcd', network, track('comma2k19-ublox-10hz.csv')],
    start: { section: 'G4', stake: 'K180+000' },
  },
  {
    title: '服务区自助机 kiosk',
    kind: 'kiosk',
    vehicle: 'veh-demo-kiosk-1',
    model: 'sim-kiosk-1280x800',
    words: ['unit.display=web-kiosk', network],
    start: { section: 'G4', stake: 'K200+000' },
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

function withNumber(unit, number) {
  const serial = `XL-DEMO-${String(number).padStart(4, '0')}`;
  const words = [
    ...unit.words,
    `unit.model=${unit.model}`,
    `unit.section=${unit.start.section}`,
    `unit.startStake=${unit.start.stake}`,
  ];
  return { ...unit, serial, words, localPort: firstLocalPort + number - 1 };
}

/** `count` units: tow truck, patrol car, kiosk, then further tow trucks. */
export function demoFleet(count) {
  return Array.from({ length: count }, (_, index) =>
    withNumber(named[index] ?? furtherTruck(index + 1), index + 1),
  );
}

/** The incident that the tow truck is working when somebody looks. */
export const demoIncident = {
  section: 'G4',
  stake: 'K152+300',
  direction: 'INC',
  kind: 'rescue',
  summary: '示例：小型客车故障，占用应急车道',
};
