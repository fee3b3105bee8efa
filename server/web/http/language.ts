/** Languages of the pages; the first is the default. */
export const languages = ['zh-CN', 'en'] as const;
export type Language = (typeof languages)[number];

/** Longest Accept-Language header looked at, in characters. */
const headerCharsMax = 200;

function languageOf(tag: string): Language | undefined {
  const primary = tag.trim().toLowerCase().split('-')[0];
  if (primary === 'zh') return 'zh-CN';
  return primary === 'en' ? 'en' : undefined;
}

/** The first language we have in an Accept-Language header, by weight. */
function preferred(header: string): Language | undefined {
  return header
    .slice(0, headerCharsMax)
    .split(',')
    .map((part) => {
      const [tag = '', quality = ''] = part.split(';');
      const weight = Number(/q=([\d.]+)/.exec(quality)?.[1] ?? 1);
      return { language: languageOf(tag), weight };
    })
    .filter(({ language, weight }) => language !== undefined && weight > 0)
    .sort((left, right) => right.weight - left.weight)[0]?.language;
}

/** The reader's choice (`?lang=en`), else the browser's, else zh-CN. */
export function chooseLanguage(chosen: unknown, acceptLanguage: string | undefined): Language {
  const asked = typeof chosen === 'string' ? languageOf(chosen) : undefined;
  return asked ?? preferred(acceptLanguage ?? '') ?? languages[0];
}
