import type { OrganisationKind } from '../directory/directory.ts';

/** Words a driver can tick instead of typing. Assumed; the pages name them in both languages. */
export const phraseCodes = [
  'came-quickly',
  'price-clear',
  'kind',
  'safe-work',
  'showed-papers',
  'came-late',
  'price-unclear',
  'rude',
  'unsafe-work',
  'no-papers',
  'rights-told',
  'rights-not-told',
] as const;
export type PhraseCode = (typeof phraseCodes)[number];

/** Which of them fit a kind of organisation, good ones first. */
export const phrasesFor: Readonly<Record<OrganisationKind, readonly PhraseCode[]>> = {
  rescue: [
    'came-quickly',
    'price-clear',
    'kind',
    'safe-work',
    'came-late',
    'price-unclear',
    'rude',
    'unsafe-work',
  ],
  enforcement: [
    'showed-papers',
    'rights-told',
    'kind',
    'safe-work',
    'no-papers',
    'rights-not-told',
    'rude',
    'unsafe-work',
  ],
};

export function isPhrase(text: string): text is PhraseCode {
  return (phraseCodes as readonly string[]).includes(text);
}
