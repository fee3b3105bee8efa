import { html } from 'ghtml';
import type { ChinaDay } from '../../calendar/china-day.ts';
import type { PageSpeech } from '../shared/speech.ts';
import type { DocumentMessageKey } from './messages.ts';

export type DocumentSpeech = PageSpeech<DocumentMessageKey>;

/** A version and the days it is in force, the last included; null: open. */
interface Validity {
  readonly version: string;
  readonly validFrom: ChinaDay;
  readonly validTo: ChinaDay | null;
}

/** A day as people say it. */
export function dayText({ language }: Pick<DocumentSpeech, 'language'>, day: ChinaDay): string {
  return new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : 'zh-CN', {
    timeZone: 'UTC',
    year: 'numeric',
    month: language === 'en' ? 'short' : 'long',
    day: 'numeric',
  }).format(Date.parse(`${day}T12:00:00Z`));
}

/** Version, and whether it is in force on the day it is read for. */
export function validityLines(
  { version, validFrom, validTo }: Validity,
  day: ChinaDay,
  speech: DocumentSpeech,
): string {
  const { t } = speech;
  const from = dayText(speech, validFrom);
  const isEarly = day < validFrom;
  const isOver = validTo !== null && day > validTo;
  const [mark, key] = isEarly
    ? (['mark', 'notYetInForce'] as const)
    : isOver
      ? (['mark', 'noLongerInForce'] as const)
      : (['done', 'inForce'] as const);
  const to = validTo === null ? t('validOpen') : dayText(speech, validTo);
  return html`<p class="${mark}">${t(key, { day: dayText(speech, day) })}</p>
<p class="hint">${t('versionAndDays', { version, from, to })}</p>`;
}
