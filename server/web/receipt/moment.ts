import type { Reading } from '../http/reading.ts';

/** Year, month, day and time of day in China, to the second: what is kept for years says all. */
export function momentText({ language }: Pick<Reading, 'language'>, unixMs: number): string {
  return new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : 'zh-CN', {
    timeZone: 'Asia/Shanghai',
    year: 'numeric',
    month: language === 'en' ? 'short' : 'long',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  }).format(unixMs);
}
