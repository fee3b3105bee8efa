import { box } from '../geometry.ts';
import { bold, fill, live, medium, text } from '../items.ts';
import type { BaseItem, Layout, LiveItem } from '../layout.ts';

/**
 * 10.1 inch LCD, 0.22 mm a pixel: a tinted column of 424 px, and a white square of 600 px for the
 * code (12 px a module at level M, four light modules around).
 */
const column: readonly BaseItem[] = [
  fill('panel', box(0, 0, 424, 600)),
  fill('role', box(0, 0, 424, 90)),
];

const identity: readonly BaseItem[] = [
  ...column,
  text('title', box(24, 4, 300, 54), bold(44, 'onRole', { sizePxMin: 32 })),
  text('titleEn', box(24, 57, 376, 26), medium(20, 'onRole')),
  fill('alert', box(0, 57, 424, 33), { when: 'training' }),
  text('training', box(24, 57, 200, 33), bold(24, 'onAlert')),
  text('trainingEn', box(232, 57, 168, 33), medium(18, 'onAlert', { align: 'right' })),
  fill('onRole', box(328, 12, 72, 36), { radius: 6, when: 'sample' }),
  text('sample', box(328, 12, 72, 36), bold(24, 'role', { align: 'center' })),
  text('plate', box(24, 94, 376, 60), bold(54, 'ink', { sizePxMin: 28 })),
  text('firm', box(24, 150, 376, 40), medium(26, 'ink', { sizePxMin: 16, lines: 2 })),
  text('firmEn', box(24, 189, 376, 22), medium(16, 'soft', { sizePxMin: 13 })),
];

const unit: readonly BaseItem[] = [
  ...identity,
  fill('rule', box(16, 218, 392, 198), { radius: 12, when: 'matchPrompt' }),
  fill('ground', box(17, 219, 390, 196), { radius: 11, when: 'matchPrompt' }),
  text('matchPrompt', box(24, 223, 376, 32), medium(24, 'ink', { align: 'center' })),
  text('matchPromptEn', box(24, 252, 376, 20), medium(15, 'soft', { align: 'center' })),
  text('hotline', box(24, 556, 376, 36), bold(28, 'ink', { sizePxMin: 20 })),
];

const enrolment: readonly BaseItem[] = [
  ...column,
  text('enrolment', box(24, 6, 376, 54), bold(44, 'onRole')),
  text('enrolmentEn', box(24, 60, 376, 26), medium(20, 'onRole')),
  text('enrolmentPrompt', box(24, 116, 376, 44), bold(34, 'ink')),
  text('enrolmentPromptEn', box(24, 160, 376, 28), medium(20, 'soft')),
  fill('rule', box(24, 212, 376, 2)),
  text('serialLabel', box(24, 226, 376, 30), medium(22, 'soft')),
  text('serial', box(24, 256, 376, 54), bold(42, 'ink', { sizePxMin: 22 })),
  fill('rule', box(24, 328, 376, 2)),
  text('fingerprintLabel', box(24, 342, 376, 30), medium(22, 'soft')),
  text('fingerprint', box(24, 374, 376, 108), bold(42, 'ink', { lines: 2 })),
  text('enrolmentNote', box(24, 556, 376, 30), medium(22, 'soft')),
];

const notice: readonly BaseItem[] = [
  ...identity,
  fill('rule', box(16, 236, 392, 168), { radius: 12, when: 'hotlineNumber' }),
  fill('ground', box(17, 237, 390, 166), { radius: 11, when: 'hotlineNumber' }),
  text('callToCheck', box(32, 252, 360, 34), medium(26, 'ink')),
  text('callToCheckEn', box(32, 286, 360, 26), medium(18, 'soft')),
  text('hotlineNumber', box(32, 324, 360, 60), bold(46, 'ink', { sizePxMin: 26 })),
  text('area', box(24, 536, 376, 48), medium(20, 'soft', { sizePxMin: 16, lines: 2 })),
  { kind: 'notice-icon', box: box(644, 104, 160, 160), paint: 'role' },
  text('notice', box(456, 296, 536, 64), bold(48, 'ink', { sizePxMin: 32, align: 'center' })),
  text('noticeEn', box(456, 364, 536, 36), medium(24, 'soft', { align: 'center' })),
  text('noticeAdvice', box(456, 424, 536, 40), medium(28, 'ink', { align: 'center' })),
];

const status: readonly LiveItem[] = [
  live('link', box(24, 422, 104, 32), 'panel', medium(22, 'ink')),
  live('gnss', box(136, 422, 144, 32), 'panel', medium(22, 'ink')),
  live('duty', box(288, 422, 112, 32), 'panel', bold(22, 'ink', { align: 'right' })),
];

const unitLive: readonly LiveItem[] = [
  live('firstWord', box(40, 274, 168, 68), 'ground', bold(64, 'ink', { align: 'center' })),
  live('secondWord', box(40, 342, 168, 68), 'ground', bold(64, 'ink', { align: 'center' })),
  live('shape', box(240, 280, 128, 124), 'ground', bold(124, 'ink')),
  live('echo', box(24, 460, 216, 34), 'panel', bold(20, 'ink', { sizePxMin: 16 })),
  live('echoMatch', box(16, 499, 392, 54), 'panel', bold(42, 'ink', { sizePxMin: 22 })),
  live('validity', box(248, 460, 152, 34), 'panel', medium(19, 'soft', { align: 'right' })),
  ...status,
  live('incident', box(24, 500, 376, 26), 'panel', bold(20, 'ink', { sizePxMin: 15 })),
  live('areaBelow', box(24, 526, 376, 26), 'panel', medium(18, 'soft', { sizePxMin: 14 })),
  live('area', box(24, 500, 376, 52), 'panel', medium(20, 'soft', { sizePxMin: 16, lines: 2 })),
];

export const lcd1024x600: Layout = {
  format: 'rgb24',
  width: 1024,
  height: 600,
  qr: { box: box(424, 0, 600, 600), quietModules: 4 },
  base: { unit, enrolment, notice },
  live: { unit: unitLive, enrolment: [], notice: status },
};
