import { distanceM } from '../../protocols/geo/geo.ts';
import type { Reader, Writer } from '../../protocols/store/store.ts';
import { type Incident, withStage } from './incident.ts';
import { nearIncidentMMax } from './incident-book.ts';
import { partiesMax } from './parties.ts';
import { assignmentsMax, closedWith } from './steps.ts';

/** Two incidents that may be one, and what somebody decided. Unix ms. */
export interface MergeProposal {
  /** The one that stays: it was reported first. */
  readonly firstId: string;
  readonly secondId: string;
  readonly distanceM: number;
  readonly proposedAtMs: number;
  readonly decision: 'accepted' | 'refused' | null;
  readonly decidedAtMs: number | null;
  readonly decidedBy: string | null;
}

/** Reports further apart than this are two incidents, ms. */
export const mergeMsMax = 2 * 3_600_000;
const proposalsListedMax = 500;

function isSameSide({ scene: a }: Incident, { scene: b }: Incident): boolean {
  if (a.section !== null && b.section !== null && a.section !== b.section) return false;
  return a.direction === null || b.direction === null || a.direction === b.direction;
}

/**
 * The open incidents that may be the same as this one: within 300 m on the same carriageway,
 * reported about the same time. A patrol car and a tow truck at one place are one incident.
 */
export function likelySame(incident: Incident, open: readonly Incident[]): MergeProposal[] {
  const { id, scene, reportedAtMs, closedAtMs } = incident;
  const { point } = scene;
  if (point === null || closedAtMs !== null) return [];
  return open.flatMap((other) => {
    if (other.id === id || other.closedAtMs !== null || other.scene.point === null) return [];
    const awayM = distanceM(point, other.scene.point);
    const isThen = Math.abs(other.reportedAtMs - reportedAtMs) <= mergeMsMax;
    if (awayM > nearIncidentMMax || !isThen || !isSameSide(incident, other)) return [];
    const [first, second] = orderOf(incident, other);
    return [
      {
        ...{ firstId: first.id, secondId: second.id, distanceM: Math.round(awayM) },
        ...{ proposedAtMs: Math.max(reportedAtMs, other.reportedAtMs) },
        ...{ decision: null, decidedAtMs: null, decidedBy: null },
      },
    ];
  });
}

/** What somebody reported stays before what a scan began, then the older before the younger. */
function orderOf(a: Incident, b: Incident): readonly [Incident, Incident] {
  const rank = ({ kind }: Incident) => (kind === 'encounter' ? 1 : 0);
  const isAFirst = rank(a) - rank(b) || a.reportedAtMs - b.reportedAtMs || (a.id < b.id ? -1 : 1);
  return isAFirst < 0 ? [a, b] : [b, a];
}

/** Both incidents after a merge; null when there would be too many units or parties. */
export function merged(
  first: Incident,
  second: Incident,
  atMs: number,
): readonly [Incident, Incident] | null {
  const isOn = new Set(
    first.assignments.filter((one) => one.releasedAtMs === null).map(({ unitId }) => unitId),
  );
  const moved = second.assignments
    .filter(({ unitId, releasedAtMs }) => releasedAtMs !== null || !isOn.has(unitId))
    .map((one) => ({ ...one, sentTo: one.sentTo ?? second.scene }));
  const known = new Set(first.parties.map(({ partyId }) => partyId));
  const parties = second.parties.map((one) =>
    known.has(one.partyId) ? { ...one, partyId: `${one.partyId.slice(0, 30)}-2` } : one,
  );
  const whole = withStage({
    ...first,
    assignments: [...first.assignments, ...moved],
    parties: [...first.parties, ...parties],
    enforcement: first.enforcement ?? second.enforcement,
    hindrances: [...first.hindrances, ...second.hindrances],
  });
  if (whole.assignments.length > assignmentsMax || whole.parties.length > partiesMax) return null;
  return [whole, { ...closedWith(second, 'merged', atMs), mergedInto: first.id }];
}

/** Keeps proposals; one that was made before stays as it was decided. */
export async function saveProposals(tx: Writer, given: readonly MergeProposal[]): Promise<void> {
  for (const { firstId, secondId, distanceM: awayM, proposedAtMs } of given) {
    await tx.run(
      `INSERT INTO merge_proposal (first_id, second_id, distance_m, proposed_at_ms)
       VALUES (?, ?, ?, ?) ON CONFLICT (first_id, second_id) DO NOTHING`,
      [firstId, secondId, awayM, proposedAtMs],
    );
  }
}

/** Decides a proposal that is open; false: there is none. */
export async function decideProposal(
  tx: Writer,
  { firstId, secondId }: Pick<MergeProposal, 'firstId' | 'secondId'>,
  decision: NonNullable<MergeProposal['decision']>,
  by: string,
  atMs: number,
): Promise<boolean> {
  const { changes } = await tx.run(
    `UPDATE merge_proposal SET decision = ?, decided_at_ms = ?, decided_by = ?
     WHERE first_id = ? AND second_id = ? AND decision IS NULL`,
    [decision, atMs, by, firstId, secondId],
  );
  return changes > 0;
}

/** Proposals, the newest first; those of closed incidents no longer ask for a decision. */
export function listProposals(reader: Reader): Promise<MergeProposal[]> {
  return reader.all<MergeProposal>(
    `SELECT first_id AS firstId, second_id AS secondId, distance_m AS distanceM,
       proposed_at_ms AS proposedAtMs, decision, decided_at_ms AS decidedAtMs,
       decided_by AS decidedBy
     FROM merge_proposal ORDER BY proposed_at_ms DESC, first_id, second_id LIMIT ?`,
    [proposalsListedMax],
  );
}
