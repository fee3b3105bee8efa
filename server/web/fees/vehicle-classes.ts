import type { Tariff } from '../../fees/tariff.ts';
import type { Language } from '../http/language.ts';

/** How a class of the rescue scheme is drawn and said in English; a tariff names it in Chinese. */
interface KnownClass {
  readonly en: string;
  /** Paths of an outline on a field of 48 × 24: body, then wheels. */
  readonly paths: readonly string[];
}

const wheels = (...centres: readonly number[]) =>
  centres.map((x) => `M${x - 2.5} 18a2.5 2.5 0 1 0 5 0 2.5 2.5 0 1 0-5 0`).join('');

/** Classes R1 to R5 of the scheme that follows JT/T 489. */
const knownClasses: Readonly<Record<string, KnownClass>> = {
  R1: {
    en: 'Up to 9 seats, or lorries with 2 axles under 4.5 t',
    paths: ['M8 17v-5l4-1 4-5h11l5 5 7 1.5v4.5M14.5 11H31', wheels(15, 33)],
  },
  R2: {
    en: '10 to 19 seats, or lorries with 2 axles from 4.5 t',
    paths: ['M6 17V7h24v10M30 10h7l4 4v3M36 10v4h5', wheels(13, 35)],
  },
  R3: {
    en: 'Up to 39 seats, or lorries with 3 axles',
    paths: ['M4 17V5h27v12M31 9h8l4 5v3M38 9v5h5', wheels(10, 17, 37)],
  },
  R4: {
    en: '40 seats and more, or lorries with 4 axles',
    paths: ['M3 17V4h30v13M33 8h7l4 5v4M39 8v5h5', wheels(8, 14.5, 32, 39)],
  },
  R5: {
    en: '5 axles and more, and articulated vehicles',
    paths: ['M2 17V4h30v10M34 17h-32M34 17V7h6l5 6v4M39 7v6h6', wheels(6, 12, 18, 33, 41)],
  },
};

export interface ClassName {
  readonly code: string;
  readonly name: string;
  readonly paths: readonly string[];
}

/** The vehicle classes of a tariff in its order; one we cannot translate keeps its own name. */
export function classNames({ document }: Tariff, language: Language): ClassName[] {
  return document.vehicleClasses.map(({ code, zh }) => ({
    code,
    name: language === 'en' ? (knownClasses[code]?.en ?? zh) : zh,
    paths: knownClasses[code]?.paths ?? [],
  }));
}
