import { describe, expect, it } from 'vitest';
import { rotationOf } from '../../../device/code/rotation.ts';
import { DISPLAY_PROFILES } from '../../../hardware/display-profiles.ts';

const byPanel = { rotationS: 0, ttlS: 0 };

describe('rotation', () => {
  it('is 20 s on an LCD, for 30 s each', () => {
    expect(rotationOf(DISPLAY_PROFILES['png-lcd'], byPanel)).toEqual({ rotationS: 20, ttlS: 30 });
  });

  it('is 180 s on e-ink under its maker’s rule, for 600 s each', () => {
    for (const name of ['waveshare-7in5-v2', 'waveshare-7in5-v2-strict'] as const) {
      const rotation = rotationOf(DISPLAY_PROFILES[name], byPanel);
      expect(rotation).toEqual({ rotationS: 180, ttlS: 600 });
    }
  });

  it('is 45 s where partial refresh is allowed more often', () => {
    const rotation = rotationOf(DISPLAY_PROFILES['png-eink-demo'], byPanel);
    expect(rotation).toEqual({ rotationS: 45, ttlS: 120 });
  });

  it('refuses a ttl the panel cannot keep up with, and one no code can say', () => {
    const lcd = DISPLAY_PROFILES['png-lcd'];
    expect(() => rotationOf(lcd, { rotationS: 60, ttlS: 30 })).toThrow(/too short/);
    expect(() => rotationOf(lcd, { rotationS: 20, ttlS: 31 })).toThrow(/must be one of/);
    const eink = DISPLAY_PROFILES['png-eink-demo'];
    expect(() => rotationOf(eink, { rotationS: 20, ttlS: 60 })).toThrow(/too short/);
    expect(rotationOf(lcd, { rotationS: 60, ttlS: 90 })).toEqual({ rotationS: 60, ttlS: 90 });
  });
});
