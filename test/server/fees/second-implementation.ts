/**
 * The sample tariff reckoned a second time, from its text, for the test: tables and rules are
 * written out here and nothing of the engine is used. Quantities are hundredths, money is fen.
 */

export interface Quote {
  readonly vehicleClass: 'R1' | 'R2' | 'R3' | 'R4' | 'R5';
  /** Hundredths of a kilometre, hour, tonne or day; undefined: not said. */
  readonly towKm?: number;
  readonly deadheadKm?: number;
  readonly craneDeadheadKm?: number;
  readonly craneHours?: number;
  readonly cargoTon?: number;
  readonly storageDays?: number;
  readonly arrivedOnScene?: boolean;
  readonly cancelledByParty?: boolean;
  readonly arrivalWithinPromise?: boolean;
  readonly heldByAuthority?: boolean;
  readonly writtenAgreement?: boolean;
  readonly qty: Readonly<Record<string, number>>;
  readonly materials: readonly { readonly fen: number; readonly voucher: boolean }[];
}

const yuanTable = `
              R1   R2    R3    R4    R5
拖车基价      360  480   700   1000  1500
拖行每公里    15   20    28    38    50
空驶每公里    5    7     9     11    13
拖车封顶      900  1300  2000  2800  4500
吊车基价      900  1200  1800  2600  3750
吊车每小时    180  250   350   460   600
解刹车        0    0     60    80    100
卸传动轴      0    80    120   160   200
清理现场      0    50    60    80    100
换胎          60   80    120   150   180
搭电          80   100   120   150   150
送油送水      80   80    120   120   120
现场封顶      150  200   300   400   500
保管每天      10   15    20    30    40
`;

const rows = new Map(
  yuanTable
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => {
      const [name = '', ...yuan] = line.trim().split(/\s+/);
      return [name, yuan.map(Number)];
    }),
);

function fen(name: string, { vehicleClass }: Quote): number {
  return 100 * (rows.get(name)?.[Number(vehicleClass[1]) - 1] ?? Number.NaN);
}

/** Begun units beyond those included: 10.01 km with 10 included is 1. */
function begun(hundredths: number | undefined, included: number, unitHundredths: number): number {
  return Math.max(0, Math.ceil(((hundredths ?? 0) - included * 100) / unitHundredths));
}

function tow(quote: Quote): number {
  const times = quote.qty['tow.base'] ?? 0;
  if (times === 0) return 0;
  const sum =
    times * fen('拖车基价', quote) +
    begun(quote.towKm, 10, 100) * fen('拖行每公里', quote) +
    begun(quote.deadheadKm, 10, 100) * fen('空驶每公里', quote);
  return Math.min(sum, fen('拖车封顶', quote));
}

function crane(quote: Quote): number {
  const times = quote.qty['crane.base'] ?? 0;
  if (times === 0) return 0;
  const halfHours = begun(quote.craneHours, 2, 50);
  return (
    times * fen('吊车基价', quote) +
    begun(quote.craneDeadheadKm, 30, 100) * fen('空驶每公里', quote) +
    (halfHours * fen('吊车每小时', quote)) / 2
  );
}

const onSite: readonly (readonly [string, string])[] = [
  ['site.brakeRelease', '解刹车'],
  ['site.driveshaft', '卸传动轴'],
  ['site.clear', '清理现场'],
  ['site.tyre', '换胎'],
  ['site.jump', '搭电'],
  ['site.fuel', '送油送水'],
];

function site(quote: Quote): number {
  let sum = 0;
  for (const [code, name] of onSite) {
    const times = quote.qty[code] ?? 0;
    sum += fen(name, quote) * (code === 'site.tyre' && times > 6 ? 6 : times);
  }
  return Math.min(sum, fen('现场封顶', quote));
}

/** 30 % of the towing base, when the party cancelled after a timely arrival and nothing was done. */
function cancelled(quote: Quote): number {
  const times = quote.qty.cancel ?? 0;
  const done = Object.entries(quote.qty).some(
    ([code, count]) => count > 0 && /^(tow|crane|site)\./.test(code),
  );
  const entitled = quote.arrivedOnScene && quote.cancelledByParty && quote.arrivalWithinPromise;
  return done || !entitled ? 0 : (times * fen('拖车基价', quote) * 3) / 10;
}

/** 40 yuan a tonne, by written agreement. */
function cargo({ cargoTon = 0, writtenAgreement }: Quote): number {
  return writtenAgreement === false ? 0 : cargoTon * 40;
}

/** A day is free; a day held by an authority costs nothing. */
function storage(quote: Quote): number {
  const { storageDays = 0, heldByAuthority = false } = quote;
  if (heldByAuthority || storageDays <= 100) return 0;
  return ((storageDays - 100) * fen('保管每天', quote)) / 100;
}

/** What may be asked, in fen: the fees without their odd fen, and goods with a voucher. */
export function allowedBySecondImplementation(quote: Quote): number {
  const fees =
    tow(quote) + crane(quote) + site(quote) + cancelled(quote) + cargo(quote) + storage(quote);
  let goods = 0;
  for (const each of quote.materials) if (each.voucher) goods += each.fen;
  return fees - (fees % 100) + goods;
}
