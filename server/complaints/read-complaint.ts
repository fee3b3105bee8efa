import { cleanWords, textField } from '../scan-page/forms.ts';
import { type ComplaintCategory, type ComplaintDraft, complaintCategories } from './complaint.ts';

/** Longest texts, in characters as people count them. */
export const complaintCharsMax = 1000;
export const aboutCharsMax = 200;
export const contactCharsMax = 60;

export type ComplaintProblem =
  | 'no-category'
  | 'no-words'
  | 'long-words'
  | 'no-about'
  | 'no-consent'
  | 'long-contact';

/** What stood in the form, so that nobody writes it twice. */
export interface ComplaintFields {
  readonly category: string;
  readonly words: string;
  readonly about: string;
  readonly contact: string;
}

export type ComplaintReading =
  | { readonly draft: ComplaintDraft }
  | { readonly problem: ComplaintProblem; readonly fields: ComplaintFields };

function isCategory(text: string): text is ComplaintCategory {
  return (complaintCategories as readonly string[]).includes(text);
}

function longerThan(text: string, charsMax: number): boolean {
  return [...text].length > charsMax;
}

/**
 * Reads the complaint form: `category`, `words`, `about` (needed without a scan), `contact` with
 * `consent`: a number is kept only where its own tick was set (个人信息保护法).
 */
export function readComplaint(form: unknown, needsAbout: boolean): ComplaintReading {
  const fields: ComplaintFields = {
    category: textField(form, 'category'),
    words: cleanWords(textField(form, 'words')),
    about: cleanWords(textField(form, 'about')),
    contact: cleanWords(textField(form, 'contact')),
  };
  const { category, words, about, contact } = fields;
  const refuse = (problem: ComplaintProblem): ComplaintReading => ({ problem, fields });
  if (!isCategory(category)) return refuse('no-category');
  if (needsAbout && about === '') return refuse('no-about');
  if (words === '') return refuse('no-words');
  const isLong = longerThan(words, complaintCharsMax) || longerThan(about, aboutCharsMax);
  if (isLong) return refuse('long-words');
  if (longerThan(contact, contactCharsMax)) return refuse('long-contact');
  if (contact !== '' && textField(form, 'consent') !== 'yes') return refuse('no-consent');
  return { draft: { category, words, about, contact: contact === '' ? null : contact } };
}
