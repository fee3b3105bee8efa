import { html } from 'ghtml';
import type { JointMeasure, JointMeasures } from '../../lists/joint-measures.ts';
import type { Reading } from '../http/reading.ts';
import { publicPage } from '../shared/public-page.ts';
import { speechOf } from '../shared/speech.ts';
import type { ListSpeech } from './lists-page.ts';
import { type ListMessageKey, listMessages } from './messages.ts';

const markNames: Readonly<Record<JointMeasure['mark'], ListMessageKey>> = {
  S: 'markS',
  K: 'markK',
  A: 'markA',
};

function measureList(measures: readonly JointMeasure[], { t, pick }: ListSpeech): string {
  const rows = measures.map(
    ({ zh, en, mark, basisZh }) =>
      html`<li>${pick(zh, en)} <span class="tag">${t(markNames[mark])}</span><small lang="zh-CN">${basisZh}</small></li>`,
  );
  return html`<ul class="clauses">!${rows}</ul>`;
}

/** What the joint measures mean for a listed firm. product.md, step 6. */
export function measuresPage(reading: Reading, measures: JointMeasures): string {
  const speech = speechOf(listMessages, reading);
  const { t, link } = speech;
  return publicPage(reading, {
    title: t('measuresTitle'),
    address: '/lists/measures',
    back: { address: link('/lists'), text: t('backToLists') },
    sample: true,
    body: html`<section class="card"><h1>${t('measuresTitle')}</h1>
<span class="stamp">${t('sampleTag')}</span>
<p>${t('measuresIntro')}</p><p class="hint">${t('measuresSample')}</p></section>
<section class="card"><h2>${t('measuresRed')}</h2>!${measureList(measures.red, speech)}</section>
<section class="card"><h2>${t('measuresBlack')}</h2>!${measureList(measures.black, speech)}
<p><b>${t('measuresRights')}</b></p></section>
<section class="card"><h2>${t('measuresPeriods')}</h2>!${measureList(measures.periods, speech)}</section>`,
  });
}
