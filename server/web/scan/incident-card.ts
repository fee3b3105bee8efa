import { html } from 'ghtml';
import type { IncidentSnapshot, ScanReport } from '../../../protocols/http/link-bodies.ts';
import type { PageKind, ScanView } from '../../scan-page/view.ts';
import { lengthText, type Speech, timeText } from './context.ts';
import { rowList } from './identity-card.ts';
import type { ScanMessageKey } from './messages.ts';
import { placeText } from './place.ts';

const kindNames: Readonly<Record<IncidentSnapshot['kind'], ScanMessageKey>> = {
  rescue: 'kindRescue',
  enforcement: 'kindEnforcement',
  encounter: 'kindEncounter',
};

const stageNames: Readonly<Record<string, ScanMessageKey>> = {
  reported: 'stageReported',
  assigned: 'stageAssigned',
  'en-route': 'stageEnRoute',
  arrived: 'stageArrived',
  working: 'stageWorking',
  cleared: 'stageCleared',
  closed: 'stageClosed',
};

const sourceNames = {
  signed: 'sourceSigned',
  track: 'sourceTrack',
  'last-fix': 'sourceLastFix',
} as const;

/** Pages that show the incident; the others show place and time, or nothing of either. */
const incidentPages: readonly PageKind[] = ['present', 'offline'];
const placePages: readonly PageKind[] = ['present', 'offline', 'view-only', 'stale', 'early'];

/** Where the position comes from and how wrong it may be. */
function sourceText({ position }: ScanReport, speech: Speech): string {
  if (position === null) return '';
  const { t } = speech;
  const source = t(sourceNames[position.source]);
  const text = t('sourceError', { source, error: Math.ceil(position.errorM) });
  return position.ageS > 0
    ? text + t('sourceAge', { age: lengthText(speech, position.ageS) })
    : text;
}

function arrivalText({ arrivedAtMs, arrivalMinutes }: IncidentSnapshot, speech: Speech): string {
  if (arrivedAtMs === null) return speech.t('notArrived');
  const time = timeText(speech, arrivedAtMs);
  return arrivalMinutes === null
    ? speech.t('arrivedAt', { time })
    : speech.t('arrivalMinutes', { minutes: Math.round(arrivalMinutes), time });
}

function incidentRows(
  incident: IncidentSnapshot,
  { identity }: ScanView,
  speech: Speech,
): (readonly [string, string])[] {
  const { t, pick } = speech;
  const stage = stageNames[incident.stage];
  const isEncounter = incident.kind === 'encounter';
  const who = [
    identity?.vehicle?.plate,
    identity && pick(identity.organisation.nameZh, identity.organisation.nameEn),
  ]
    .filter((part) => part)
    .join(' ');
  const assigned =
    incident.assignedAtMs === null
      ? ''
      : t('assignedAt', { who, time: timeText(speech, incident.assignedAtMs) });
  return [
    [t('incidentKind'), html`${t(kindNames[incident.kind])}`],
    [t('summary'), html`${incident.summary}`],
    [t('stage'), html`${isEncounter || stage === undefined ? '' : t(stage)}`],
    [t('reportedAt'), isEncounter ? '' : html`${timeText(speech, incident.reportedAtMs)}`],
    [t('assigned'), html`${assigned}`],
    [t('arrival'), isEncounter ? '' : html`${arrivalText(incident, speech)}`],
  ];
}

/** This incident: place, since when, who is assigned, arrival; with the source of the place. */
export function incidentCard(view: ScanView, speech: Speech): string {
  const { kind, report } = view;
  const { t } = speech;
  if (!placePages.includes(kind)) return '';
  const incident = incidentPages.includes(kind) ? report.incident : null;
  const sample = report.place?.sample ? html` <span class="tag">${t('placeSample')}</span>` : '';
  const noIncident = incidentPages.includes(kind) && incident === null;
  return html`<section class="card" id="incident" aria-labelledby="incident-title">
<h2 id="incident-title">${t(incident === null ? 'placeTitle' : 'incidentTitle')}</h2>
!${rowList([
    [t('place'), html`<b>${placeText(report, speech)}</b>!${sample}`],
    ...(incident === null ? [] : incidentRows(incident, view, speech)),
    [t('issuedAt'), html`${timeText(speech, report.issuedAt * 1000, true)}`],
    [t('scannedAt'), html`${timeText(speech, report.scannedAtMs, true)}`],
    [t('source'), html`${sourceText(report, speech)}`],
  ])}
!${noIncident ? html`<p class="hint">${t('noIncident')}</p>` : ''}
</section>`;
}
