import { describe, expect, it } from 'vitest';
import { nextRef } from '../../../gateway/incidents/refs.ts';
import {
  nextStage,
  type StageEvent,
  stageEvents,
  stages,
} from '../../../gateway/incidents/stage-table.ts';
import { attendanceOf, type SceneFix } from '../../../protocols/evidence/attendance.ts';

function at(second: number, distanceM: number, speedKmh: number, rest = {}): SceneFix {
  const happenedAtMs = second * 1000;
  return { happenedAtMs, distanceM, speedMps: speedKmh / 3.6, direction: 'INC', ...rest };
}

describe('arrival', () => {
  it('is the first of 60 s within 150 m at under 5 km/h', () => {
    const fixes = [at(0, 900, 60), at(30, 150, 4.9), at(60, 20, 0), at(90, 20, 0)];
    expect(attendanceOf(fixes, 'INC').arrivedAtMs).toBe(30_000);
    expect(attendanceOf(fixes.slice(0, 3), 'INC').arrivedAtMs).toBeNull();
  });

  it('begins again after a fix too far, too fast, of unknown speed or after a silence', () => {
    for (const broken of [
      at(60, 151, 0),
      at(60, 20, 5),
      at(60, 20, 0, { speedMps: null }),
      at(60, 20, 0, { direction: 'DEC' }),
      at(60, 20, 0, { direction: null }),
    ]) {
      const fixes = [at(30, 20, 0), broken, at(90, 20, 0), at(120, 20, 0), at(150, 20, 0)];
      expect(attendanceOf(fixes, 'INC').arrivedAtMs).toBe(90_000);
    }
    const silence = [at(0, 20, 0), at(181, 20, 0), at(241, 20, 0)];
    expect(attendanceOf(silence, 'INC').arrivedAtMs).toBe(181_000);
  });

  it('needs no side of the road when the scene has none', () => {
    const fixes = [at(0, 20, 0, { direction: null }), at(60, 20, 0, { direction: 'DEC' })];
    expect(attendanceOf(fixes, null).arrivedAtMs).toBe(0);
    expect(attendanceOf(fixes, 'INC').arrivedAtMs).toBeNull();
  });

  it('ends with the first 60 s away', () => {
    const stay = [at(0, 20, 0), at(60, 20, 0), at(120, 20, 0)];
    const dash = [at(150, 200, 20), at(180, 90, 4)];
    const away = [at(240, 300, 40), at(270, 700, 60), at(300, 900, 60)];
    expect(attendanceOf([...stay, ...dash], 'INC').leftAtMs).toBeNull();
    expect(attendanceOf([...stay, ...dash, ...away], 'INC')).toEqual({
      arrivedAtMs: 0,
      leftAtMs: 240_000,
    });
  });
});

describe('numbers in codes', () => {
  it('follow one another, wrap after 65,535 and pass over those that are held', () => {
    expect(nextRef(0, new Set())).toBe(1);
    expect(nextRef(65_535, new Set())).toBe(1);
    expect(nextRef(65_534, new Set([65_535, 1, 2]))).toBe(3);
    const all = new Set(Array.from({ length: 65_535 }, (_, index) => index + 1));
    expect(nextRef(5, all)).toBeNull();
    all.delete(5);
    expect(nextRef(5, all)).toBe(5);
  });
});

describe('the table of stages', () => {
  it('leads from a report to its closing, and nowhere from there', () => {
    const way: StageEvent[] = ['assign', 'depart', 'arrive', 'work', 'clear', 'close'];
    let stage = nextStage('reported', 'assign')?.stage ?? 'reported';
    for (const event of way.slice(1)) stage = nextStage(stage, event)?.stage ?? stage;
    expect(stage).toBe('closed');
    for (const event of stageEvents) expect(nextStage('closed', event)).toBeNull();
  });

  it('lets no event go back, but from the wait for dangerous goods to work', () => {
    for (const stage of stages) {
      for (const event of stageEvents) {
        const next = nextStage(stage, event)?.stage ?? stage;
        const isBack = stages.indexOf(next) < stages.indexOf(stage);
        expect([stage, event, isBack]).toEqual([
          stage,
          event,
          stage === 'hazmat-hold' && event === 'work',
        ]);
      }
    }
  });

  it('gives every closing its outcome', () => {
    for (const stage of stages) {
      for (const event of stageEvents) {
        const next = nextStage(stage, event);
        if (next !== null) expect(next.outcome !== null).toBe(next.stage === 'closed');
      }
    }
  });
});
