import { describe, expect, it } from 'vitest';
import { clockOf } from '../../../device/screen/live.ts';
import { sceneOf } from '../../../device/screen/state.ts';
import { enrolmentOf, issuedAt, stateOf } from './states.ts';

describe('what a frame shows', () => {
  const enrolment = enrolmentOf('XL-DEMO-0001');

  it('a notice stands before any code', () => {
    const scene = sceneOf(stateOf('kiosk', { notice: 'suspended', enrolment }));
    expect(scene).toMatchObject({ view: 'notice', notice: 'suspended', qr: null });
  });

  it('an enrolment code stands before a living one, and in place of its own notice', () => {
    for (const notice of [null, 'not-enrolled'] as const) {
      const scene = sceneOf(stateOf('kiosk', { notice, enrolment }));
      expect(scene).toMatchObject({ view: 'enrolment', notice: null, qr: enrolment });
    }
  });

  it('with nothing to scan the screen says so', () => {
    const scene = sceneOf(stateOf('kiosk', { code: null }));
    expect(scene).toMatchObject({ view: 'notice', notice: 'blanked', qr: null });
  });

  it('times are those of Asia/Shanghai', () => {
    const format = new Intl.DateTimeFormat('en-GB', {
      timeZone: 'Asia/Shanghai',
      timeStyle: 'medium',
    });
    expect(clockOf(issuedAt * 1000)).toBe('14:32:07');
    for (const atMs of [issuedAt * 1000, 1_000_000_000_000, Date.UTC(2026, 0, 1, 16)]) {
      expect(clockOf(atMs)).toBe(format.format(atMs));
    }
  });
});
