import type { IncidentChange } from '../../protocols/http/evidence-bodies.ts';
import type { ScanReport } from '../../protocols/http/link-bodies.ts';
import type { Reader } from '../../protocols/store/store.ts';
import { incidentCopy } from './copy-table.ts';

const minuteMs = 60_000;

/** The first arrival of a unit that is not in training, Unix ms; null: none is known. */
function firstArrivalMs({ units }: IncidentChange): number | null {
  const moments = units.flatMap(({ training, arrivedAtMs }) =>
    training || arrivedAtMs === null ? [] : [arrivedAtMs],
  );
  return moments.length === 0 ? null : Math.min(...moments);
}

/**
 * The report with the arrival that its gateway told of since: who scanned before the truck's fixes
 * came sees it too. The public figure runs from the report. wire.md, "Incidents".
 */
export async function withKnownArrival(
  reader: Reader,
  gatewayId: string,
  report: ScanReport,
): Promise<ScanReport> {
  const { incident } = report;
  if (incident === null || incident.arrivedAtMs !== null || incident.kind === 'encounter') {
    return report;
  }
  const copy = await incidentCopy(reader, gatewayId, incident.id);
  const arrivedAtMs = copy === undefined ? null : firstArrivalMs(copy);
  if (copy === undefined || arrivedAtMs === null) return report;
  const minutes = (arrivedAtMs - copy.reportedAtMs) / minuteMs;
  const arrivalMinutes = Math.round(minutes * 10) / 10;
  return { ...report, incident: { ...incident, arrivedAtMs, arrivalMinutes } };
}
