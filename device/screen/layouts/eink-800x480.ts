import { box } from '../geometry.ts';
import { alone, bold, fill, live, logo, medium, text } from '../items.ts';
import type { BaseItem, Layout, LiveItem } from '../layout.ts';

/**
 * 7.5 inch e-ink, 0.2 mm a pixel: a column of 312 px, and beside it a square of 480 px for the
 * code (10 px a module at level M). Black and white only; no text under 20 px, which is 4 mm.
 */
const samplePlace = box(236, 5, 64, 32);
const sampleAlone = alone(box(236, 17, 64, 32), 'titleAlone');

const identity: readonly BaseItem[] = [
  fill('role', box(0, 0, 312, 66)),
  text(
    'title',
    ...[box(16, 1, 208, 40), bold(36, 'onRole', { sizePxMin: 28 })],
    alone(box(16, 13, 208, 40), 'titleAlone'),
  ),
  text('titleEn', box(16, 40, 288, 24), medium(20, 'onRole')),
  fill('onRole', box(12, 40, 288, 24), { radius: 3, when: 'training' }),
  text('training', box(16, 40, 280, 24), bold(21, 'role', { align: 'center' })),
  fill('onRole', samplePlace, { radius: 4, when: 'sample', alone: sampleAlone }),
  text('sample', samplePlace, bold(24, 'role', { align: 'center' }), sampleAlone),
  fill('onRole', box(166, 4, 64, 34), {
    ...{ radius: 4, when: 'logo' },
    alone: alone(box(166, 6, 64, 54), 'titleAlone'),
  }),
  logo(box(169, 6, 58, 30), alone(box(169, 9, 58, 48), 'titleAlone')),
  text('plate', box(16, 69, 288, 53), bold(51, 'ink', { sizePxMin: 24 })),
  text('firm', box(16, 121, 288, 46), medium(26, 'ink', { sizePxMin: 20, lines: 2 })),
];

const unit: readonly BaseItem[] = [
  ...identity,
  fill('ink', box(8, 168, 296, 156), { radius: 6, when: 'matchPrompt' }),
  fill('ground', box(11, 198, 290, 123), { radius: 4, when: 'matchPrompt' }),
  text('matchPrompt', box(12, 168, 288, 30), medium(21, 'onRole', { align: 'center' })),
  text('hotline', box(16, 448, 288, 28), bold(24, 'ink', { sizePxMin: 20 })),
];

const enrolment: readonly BaseItem[] = [
  fill('role', box(0, 0, 312, 68)),
  text('enrolment', box(16, 2, 288, 42), bold(36, 'onRole'), alone(box(16, 13, 288, 42))),
  text('enrolmentEn', box(16, 42, 288, 24), medium(20, 'onRole')),
  text(
    'enrolmentPrompt',
    ...[box(16, 84, 288, 40), bold(28, 'ink', { sizePxMin: 24 })],
    alone(box(16, 96, 288, 40)),
  ),
  text('enrolmentPromptEn', box(16, 124, 288, 26), medium(20, 'ink')),
  fill('rule', box(16, 164, 280, 2)),
  text('serialLabel', box(16, 174, 288, 28), medium(22, 'ink')),
  text('serial', box(16, 202, 288, 44), bold(34, 'ink', { sizePxMin: 20 })),
  fill('rule', box(16, 258, 280, 2)),
  text('fingerprintLabel', box(16, 268, 288, 28), medium(22, 'ink')),
  text('fingerprint', box(16, 296, 288, 84), bold(34, 'ink', { lines: 2 })),
  text('enrolmentNote', box(16, 446, 288, 28), medium(22, 'ink')),
];

const notice: readonly BaseItem[] = [
  ...identity,
  fill('rule', box(16, 184, 280, 2), { when: 'hotlineNumber' }),
  text('callToCheck', box(16, 200, 288, 30), medium(24, 'ink'), alone(box(16, 216, 288, 34))),
  text('callToCheckEn', box(16, 232, 288, 26), medium(20, 'ink')),
  text('hotlineNumber', box(16, 264, 288, 46), bold(38, 'ink', { sizePxMin: 22 })),
  text('area', box(16, 412, 288, 60), medium(20, 'ink', { lines: 2 })),
  fill('rule', box(310, 0, 2, 480)),
  { kind: 'notice-icon', box: box(496, 84, 128, 128), paint: 'ink' },
  text(
    'notice',
    ...[box(336, 236, 448, 52), bold(40, 'ink', { sizePxMin: 28, align: 'center' })],
    alone(box(336, 254, 448, 60)),
  ),
  text('noticeEn', box(336, 292, 448, 32), medium(24, 'ink', { align: 'center' })),
  text('noticeAdvice', box(336, 348, 448, 36), medium(26, 'ink', { align: 'center' })),
];

const status: readonly LiveItem[] = [
  live('link', box(16, 328, 88, 28), 'ground', medium(20, 'ink')),
  live('gnss', box(104, 328, 112, 28), 'ground', medium(20, 'ink')),
  live('duty', box(216, 328, 88, 28), 'ground', bold(20, 'ink', { align: 'right' })),
];

const unitLive: readonly LiveItem[] = [
  live('firstWord', box(24, 199, 136, 61), 'ground', bold(58, 'ink', { align: 'center' })),
  live('secondWord', box(24, 260, 136, 61), 'ground', bold(58, 'ink', { align: 'center' })),
  live('shape', box(176, 206, 112, 106), 'ground', bold(106, 'ink')),
  live('echo', box(16, 362, 288, 32), 'ground', bold(24, 'ink', { sizePxMin: 20 })),
  live('echoMatch', box(8, 397, 296, 48), 'ground', bold(32, 'ink', { sizePxMin: 20 })),
  ...status,
  live('incident', box(16, 398, 288, 46), 'ground', medium(20, 'ink', { lines: 2 })),
  live('area', box(16, 398, 288, 46), 'ground', medium(20, 'ink', { lines: 2 })),
];

export const eink800x480: Layout = {
  format: 'mono1',
  width: 800,
  height: 480,
  qr: { box: box(320, 0, 480, 480), quietModules: 3 },
  base: { unit, enrolment, notice },
  live: { unit: unitLive, enrolment: [], notice: status },
};
