import type { ComplaintCategory, ComplaintState } from '../../complaints/complaint.ts';
import type { PageSpeech } from '../shared/speech.ts';
import type { ComplaintMessageKey } from './messages.ts';

export type ComplaintSpeech = PageSpeech<ComplaintMessageKey>;

export const categoryNames: Readonly<Record<ComplaintCategory, ComplaintMessageKey>> = {
  overcharge: 'overcharge',
  late: 'late',
  attitude: 'attitude',
  damage: 'damage',
  'no-identity': 'noIdentity',
  procedure: 'procedure',
  other: 'other',
};

export const stateNames: Readonly<Record<ComplaintState, ComplaintMessageKey>> = {
  filed: 'stateFiled',
  accepted: 'stateAccepted',
  answered: 'stateAnswered',
  closed: 'stateClosed',
};
