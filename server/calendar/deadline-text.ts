import type { WorkingDeadline } from './working-days.ts';

const weekdays = {
  'zh-CN': ['日', '一', '二', '三', '四', '五', '六'],
  en: ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'],
} as const;

const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const;

interface DayParts {
  readonly year: number;
  readonly month: number;
  readonly date: number;
  readonly weekday: number;
}

/** How each language says a day by whose end something is due, and that it may still move. */
const texts = {
  'zh-CN': {
    day: ({ year, month, date, weekday }: DayParts) =>
      `${year}年${month}月${date}日（星期${weekdays['zh-CN'][weekday]}）24时前`,
    provisional: '（该年放假安排公布后可能顺延）',
  },
  en: {
    day: ({ year, month, date, weekday }: DayParts) =>
      `by the end of ${weekdays.en[weekday]}, ${date} ${months[month - 1]} ${year} (China time)`,
    provisional: ' (may move once the holidays of that year are announced)',
  },
} as const;

/** A deadline as both sides read it. */
export function deadlineText(
  { day, provisional }: WorkingDeadline,
  language: keyof typeof texts,
): string {
  const noon = new Date(`${day}T12:00:00Z`);
  const text = texts[language];
  const said = text.day({
    year: noon.getUTCFullYear(),
    month: noon.getUTCMonth() + 1,
    date: noon.getUTCDate(),
    weekday: noon.getUTCDay(),
  });
  return provisional ? `${said}${text.provisional}` : said;
}
