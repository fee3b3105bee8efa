import { box } from '../geometry.ts';
import { bold, fill, live, medium, text } from '../items.ts';
import type { BaseItem, Layout, LiveItem } from '../layout.ts';

/**
 * Kiosk or large LCD: a tinted column of 480 px, and a white square of 800 px for the code (16 px
 * a module at level M).
 */
const column: readonly BaseItem[] = [
  fill('panel', box(0, 0, 480, 800)),
  fill('role', box(0, 0, 480, 124)),
];

const identity: readonly BaseItem[] = [
  ...column,
  text('title', box(32, 10, 320, 70), bold(56, 'onRole', { sizePxMin: 40 })),
  text('titleEn', box(32, 82, 416, 32), medium(24, 'onRole')),
  fill('alert', box(0, 82, 480, 42), { when: 'training' }),
  text('training', box(32, 82, 248, 42), bold(28, 'onAlert')),
  text('trainingEn', box(280, 82, 168, 42), medium(20, 'onAlert', { align: 'right' })),
  fill('onRole', box(360, 22, 88, 46), { radius: 8, when: 'sample' }),
  text('sample', box(360, 22, 88, 46), bold(30, 'role', { align: 'center' })),
  text('plate', box(32, 136, 416, 76), bold(64, 'ink', { sizePxMin: 32 })),
  text('firm', box(32, 212, 416, 46), medium(30, 'ink', { sizePxMin: 18, lines: 2 })),
  text('firmEn', box(32, 258, 416, 26), medium(18, 'soft', { sizePxMin: 14 })),
];

const unit: readonly BaseItem[] = [
  ...identity,
  fill('rule', box(20, 296, 440, 264), { radius: 14, when: 'matchPrompt' }),
  fill('ground', box(21, 297, 438, 262), { radius: 13, when: 'matchPrompt' }),
  text('matchPrompt', box(32, 306, 416, 38), medium(28, 'ink', { align: 'center' })),
  text('matchPromptEn', box(32, 343, 416, 24), medium(17, 'soft', { align: 'center' })),
  text('hotline', box(32, 740, 416, 46), bold(32, 'ink', { sizePxMin: 22 })),
];

const enrolment: readonly BaseItem[] = [
  ...column,
  text('enrolment', box(32, 10, 416, 70), bold(56, 'onRole')),
  text('enrolmentEn', box(32, 82, 416, 32), medium(24, 'onRole')),
  text('enrolmentPrompt', box(32, 156, 416, 56), bold(40, 'ink')),
  text('enrolmentPromptEn', box(32, 214, 416, 34), medium(24, 'soft')),
  fill('rule', box(32, 284, 416, 2)),
  text('serialLabel', box(32, 304, 416, 36), medium(26, 'soft')),
  text('serial', box(32, 342, 416, 66), bold(50, 'ink', { sizePxMin: 26 })),
  fill('rule', box(32, 436, 416, 2)),
  text('fingerprintLabel', box(32, 456, 416, 36), medium(26, 'soft')),
  text('fingerprint', box(32, 494, 416, 130), bold(50, 'ink', { lines: 2 })),
  text('enrolmentNote', box(32, 744, 416, 36), medium(26, 'soft')),
];

const notice: readonly BaseItem[] = [
  ...identity,
  fill('rule', box(20, 312, 440, 212), { radius: 14, when: 'hotlineNumber' }),
  fill('ground', box(21, 313, 438, 210), { radius: 13, when: 'hotlineNumber' }),
  text('callToCheck', box(40, 332, 400, 42), medium(32, 'ink')),
  text('callToCheckEn', box(40, 376, 400, 32), medium(22, 'soft')),
  text('hotlineNumber', box(40, 424, 400, 76), bold(54, 'ink', { sizePxMin: 30 })),
  text('area', box(32, 716, 416, 64), medium(24, 'soft', { sizePxMin: 18, lines: 2 })),
  { kind: 'notice-icon', box: box(780, 150, 200, 200), paint: 'role' },
  text('notice', box(528, 392, 704, 84), bold(60, 'ink', { sizePxMin: 40, align: 'center' })),
  text('noticeEn', box(528, 480, 704, 44), medium(30, 'soft', { align: 'center' })),
  text('noticeAdvice', box(528, 556, 704, 52), medium(34, 'ink', { align: 'center' })),
];

const status: readonly LiveItem[] = [
  live('link', box(32, 570, 120, 38), 'panel', medium(26, 'ink')),
  live('gnss', box(160, 570, 168, 38), 'panel', medium(26, 'ink')),
  live('duty', box(336, 570, 112, 38), 'panel', bold(26, 'ink', { align: 'right' })),
];

const unitLive: readonly LiveItem[] = [
  live('firstWord', box(40, 370, 200, 92), 'ground', bold(86, 'ink', { align: 'center' })),
  live('secondWord', box(40, 464, 200, 92), 'ground', bold(86, 'ink', { align: 'center' })),
  live('shape', box(264, 382, 160, 160), 'ground', bold(160, 'ink')),
  live('echo', box(32, 615, 240, 40), 'panel', bold(23, 'ink', { sizePxMin: 18 })),
  live('echoMatch', box(20, 662, 440, 70), 'panel', bold(54, 'ink', { sizePxMin: 25 })),
  live('validity', box(272, 615, 176, 40), 'panel', medium(21, 'soft', { align: 'right' })),
  ...status,
  live('incident', box(32, 666, 416, 34), 'panel', bold(24, 'ink', { sizePxMin: 17 })),
  live('areaBelow', box(32, 700, 416, 32), 'panel', medium(22, 'soft', { sizePxMin: 16 })),
  live('area', box(32, 666, 416, 66), 'panel', medium(24, 'soft', { sizePxMin: 18, lines: 2 })),
];

export const kiosk1280x800: Layout = {
  format: 'rgb24',
  width: 1280,
  height: 800,
  qr: { box: box(480, 0, 800, 800), quietModules: 4 },
  base: { unit, enrolment, notice },
  live: { unit: unitLive, enrolment: [], notice: status },
};
