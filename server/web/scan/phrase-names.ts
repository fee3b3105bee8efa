import type { PhraseCode } from '../../rating/phrases.ts';

/** Quick phrases as people tick them. */
export const phraseNames: {
  readonly [Code in PhraseCode]: { readonly zh: string; readonly en: string };
} = {
  'came-quickly': { zh: '来得快', en: 'Came quickly' },
  'price-clear': { zh: '先讲清价格', en: 'Price told first' },
  kind: { zh: '态度好', en: 'Kind' },
  'safe-work': { zh: '注意安全', en: 'Worked safely' },
  'showed-papers': { zh: '主动出示证件', en: 'Showed papers unasked' },
  'came-late': { zh: '来得慢', en: 'Came late' },
  'price-unclear': { zh: '没讲清价格', en: 'Price not told' },
  rude: { zh: '态度差', en: 'Rude' },
  'unsafe-work': { zh: '不注意安全', en: 'Worked unsafely' },
  'no-papers': { zh: '没有出示证件', en: 'Showed no papers' },
  'rights-told': { zh: '讲明依据和权利', en: 'Told basis and rights' },
  'rights-not-told': { zh: '没讲依据和权利', en: 'Did not tell basis and rights' },
};
