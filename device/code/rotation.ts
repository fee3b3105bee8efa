import type { DisplayCaps } from '../../hardware/display.ts';
import { CodedError } from '../../protocols/errors.ts';
import { ttlStepsS } from '../../protocols/scan-code/fields.ts';

export type CodeTtlS = (typeof ttlStepsS)[number];

/** How often a panel gets a new code, and how long each lives. */
export interface Rotation {
  readonly rotationS: number;
  readonly ttlS: CodeTtlS;
}

/** Scan code, "Screen". By the maker's rule of the panel, not by wish. */
const rotations = {
  lcd: { rotationS: 20, ttlS: 30 },
  einkByMakersRule: { rotationS: 180, ttlS: 600 },
  /** Where partial refresh is allowed often enough. */
  einkPartial: { rotationS: 45, ttlS: 120 },
} as const satisfies Record<string, Rotation>;

/** From this interval between full refreshes up, a panel is under the maker's rule. */
const makersRuleMs = 180_000;

function longest(times: Readonly<Partial<Record<string, number>>>): number {
  return Math.max(0, ...Object.values(times).map((ms) => ms ?? 0));
}

function byPanel(caps: DisplayCaps): Rotation {
  if (!caps.persistent) return rotations.lcd;
  return longest(caps.minIntervalMs) >= makersRuleMs
    ? rotations.einkByMakersRule
    : rotations.einkPartial;
}

function ttlOf(seconds: number): CodeTtlS {
  const step = ttlStepsS.find((ttlS) => ttlS === seconds);
  if (step === undefined) {
    throw new CodedError('bad-config', `device.ttlS must be one of ${ttlStepsS.join(' ')}`);
  }
  return step;
}

/**
 * The rotation of a panel, or the configured one. Zero means: by the panel. Throws CodedError
 * `bad-config` when a code would die before the panel can show its successor.
 */
export function rotationOf(
  caps: DisplayCaps,
  configured: { readonly rotationS: number; readonly ttlS: number },
): Rotation {
  const own = byPanel(caps);
  const rotationS = configured.rotationS || own.rotationS;
  const ttlS = configured.ttlS === 0 ? own.ttlS : ttlOf(configured.ttlS);
  const refreshS = longest(caps.refreshMs) / 1000;
  const betweenS = Math.max(rotationS, longest(caps.minIntervalMs) / 1000);
  if (ttlS < betweenS + refreshS) {
    throw new CodedError(
      'bad-config',
      `device.ttlS ${ttlS} is too short: this panel shows the next code after ${betweenS} s ` +
        `and takes up to ${refreshS} s to draw it`,
    );
  }
  return { rotationS, ttlS };
}
