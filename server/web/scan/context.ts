import type { PageSpeech } from '../shared/speech.ts';
import type { ScanMessageKey } from './messages.ts';

export type Speech = PageSpeech<ScanMessageKey>;

const timeZone = 'Asia/Shanghai';

/** Month, day and time of day in China; with seconds when asked. */
export function timeText(
  { language }: Pick<Speech, 'language'>,
  unixMs: number,
  withSeconds = false,
): string {
  return new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : 'zh-CN', {
    timeZone,
    month: language === 'en' ? 'short' : 'long',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    ...(withSeconds && { second: '2-digit' as const }),
    hourCycle: 'h23',
  }).format(unixMs);
}

/** Steps of a length of time: from this many seconds on, so many seconds are one. */
const lengthSteps = [
  { fromS: 2 * 86_400, unitS: 86_400, key: 'days' },
  { fromS: 2 * 3600, unitS: 3600, key: 'hours' },
  { fromS: 120, unitS: 60, key: 'minutes' },
  { fromS: 0, unitS: 1, key: 'seconds' },
] as const;

/** A length of time in the coarsest unit that still says something. */
export function lengthText({ t }: Speech, seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const step = lengthSteps.find(({ fromS }) => whole >= fromS) ?? lengthSteps[3];
  return t(step.key, { n: Math.round(whole / step.unitS) });
}
