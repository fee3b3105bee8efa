import { html } from 'ghtml';
import { type PublicList, publicLists, type StoredEntry } from '../../lists/list-entry.ts';
import { queryCharsMax } from '../../lists/list-table.ts';
import type { Reading } from '../http/reading.ts';
import { rowList } from '../scan/identity-card.ts';
import { publicPage } from '../shared/public-page.ts';
import { type PageSpeech, speechOf } from '../shared/speech.ts';
import { type ListMessageKey, listMessages } from './messages.ts';

export type ListSpeech = PageSpeech<ListMessageKey>;

export interface ListsView {
  readonly list: PublicList;
  readonly query: string;
  readonly total: number;
  readonly entries: readonly StoredEntry[];
}

/** Names of the fields, exactly as the source has them on each list. */
const fieldNames = {
  red: { measure: 'redMeasure', authority: 'redAuthority', date: 'redDate' },
  black: { measure: 'blackMeasure', authority: 'blackAuthority', date: 'blackDate' },
} as const;

function addressOf(list: PublicList, query: string): string {
  const params = new URLSearchParams({ list, ...(query !== '' && { q: query }) });
  return `/lists?${params}`;
}

function tabs({ list, query }: ListsView, { t, link }: ListSpeech): string {
  const links = publicLists.map((name) => {
    const current = name === list ? html` aria-current="page"` : '';
    return html`<a class="${name}" href="${link(addressOf(name, query))}"!${current}>${t(name)}</a>`;
  });
  return html`<nav class="tabs" aria-label="${t('title')}">!${links}</nav>`;
}

/** A field for words and its button, sent to `action`, with language and view kept. */
export function searchForm(
  { action, query, hidden, label }: Record<'action' | 'query' | 'hidden' | 'label', string>,
  { t, language, elder }: ListSpeech,
): string {
  const view = elder ? html`<input type="hidden" name="view" value="elder">` : '';
  return html`<form method="get" action="${action}" role="search">!${hidden}
<input type="hidden" name="lang" value="${language}">!${view}
<div class="search"><input name="q" value="${query}" maxlength="${queryCharsMax}" aria-label="${label}"
 placeholder="${label}" autocomplete="off"><button class="button">${t('submit')}</button></div></form>`;
}

function entryCard(entry: StoredEntry, list: PublicList, { t }: ListSpeech): string {
  const names = fieldNames[list];
  return html`<article class="card entry"><h2>${entry.name}</h2>
!${entry.sample ? html`<span class="stamp">${t('sampleTag')}</span>` : ''}
!${rowList([
    [t('reason'), html`${entry.reason}`],
    [t(names.measure), html`${entry.measure}`],
    [t(names.authority), html`${entry.authority}`],
    [t(names.date), html`<time datetime="${entry.date}">${entry.date}</time>`],
  ])}</article>`;
}

function countLine({ total, query, entries }: ListsView, { t }: ListSpeech): string {
  const more = total > entries.length ? t('foundMore', { shown: entries.length }) : '';
  const count = query === '' ? t('found', { total }) : t('foundFor', { query, total });
  return html`<p class="hint" role="status">${count}${more}</p>`;
}

/** Red and black list, each to be searched by name or keyword. */
export function listsPage(reading: Reading, view: ListsView): string {
  const speech = speechOf(listMessages, reading);
  const { t, link } = speech;
  const { list, query, entries, total } = view;
  const hidden = html`<input type="hidden" name="list" value="${list}">`;
  const search = { action: '/lists', query, hidden, label: t('search') };
  return publicPage(reading, {
    title: t(list),
    address: addressOf(list, query),
    back: { address: link('/'), text: t('backToStart') },
    sample: entries.some(({ sample }) => sample),
    body: html`<section class="card"><h1>${t('title')}</h1>!${tabs(view, speech)}
!${searchForm(search, speech)}!${countLine(view, speech)}
!${total === 0 ? html`<p class="mark">${t('none')}</p>` : ''}</section>
!${entries.map((entry) => entryCard(entry, list, speech))}
<section class="card"><p>${t('legalOnly')}</p>
<p class="next"><a class="button" href="${link('/lists/measures')}">${t('measuresLink')}</a></p></section>`,
  });
}
