import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { progressOf, type Stated, unitEvents } from '../../../gateway/incidents/unit-stages.ts';
import { noAttendance } from '../../../protocols/evidence/attendance.ts';

const said = (event: Stated['event'], atMs: number): Stated => ({
  ...{ event, atMs, source: 'button', by: 'XL-1' },
});

describe('how far a unit is', () => {
  it('follows what was said and what fixes show, each with its own time', () => {
    const stated = [said('depart', 1000), said('arrive', 5000), said('work', 6000)];
    const { stage, reached } = progressOf(stated, { arrivedAtMs: 4000, leftAtMs: 9000 });
    expect(stage).toBe('cleared');
    expect(reached).toEqual({
      'en-route': { statedAtMs: 1000, computedAtMs: null },
      arrived: { statedAtMs: 5000, computedAtMs: 4000 },
      working: { statedAtMs: 6000, computedAtMs: null },
      cleared: { statedAtMs: null, computedAtMs: 9000 },
    });
  });

  it('does not depend on the order in which things become known', () => {
    const events = fc.array(
      fc.record({ event: fc.constantFrom(...unitEvents), atMs: fc.integer({ min: 0, max: 50 }) }),
      { maxLength: 12 },
    );
    const known = events.chain((given) => {
      const stated = given.map(({ event, atMs }) => said(event, atMs));
      const shuffled = fc.shuffledSubarray(stated, { minLength: stated.length });
      return fc.tuple(fc.constant(stated), shuffled);
    });
    fc.assert(
      fc.property(known, ([stated, shuffled]) => {
        expect(progressOf(shuffled, noAttendance)).toEqual(progressOf(stated, noAttendance));
      }),
    );
  });

  it('counts a forgotten button as pressed by the one after it, and goes back for none', () => {
    expect(progressOf([said('work', 1)], noAttendance).stage).toBe('working');
    expect(progressOf([said('work', 1), said('depart', 2)], noAttendance).stage).toBe('working');
    expect(progressOf([said('agree', 1)], noAttendance).stage).toBe('assigned');
    const rescue = [
      'depart',
      'arrive',
      'quote',
      'agree',
      'work',
      'tow',
      'clear',
      'settle',
    ] as const;
    const all = rescue.map((event, index) => said(event, index));
    expect(progressOf(all, noAttendance).stage).toBe('settled');
  });
});
