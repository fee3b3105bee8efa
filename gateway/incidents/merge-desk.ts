import type { Store } from '../../protocols/store/store.ts';
import type { GatewayEnv } from '../environment.ts';
import { refusal } from '../http/refusal.ts';
import type { IncidentBook } from './incident-book.ts';
import type { IncidentResult, MergeDecision } from './incidents.ts';
import type { IncidentLedger } from './ledger.ts';
import { decideProposal, listProposals, type MergeProposal, merged } from './merging.ts';

export interface MergeDeps {
  readonly store: Store;
  readonly env: Pick<GatewayEnv, 'nowMs'>;
  readonly book: IncidentBook;
  readonly ledger: IncidentLedger;
}

/** Where somebody decides whether two incidents are one. */
export class MergeDesk {
  readonly #deps: MergeDeps;

  constructor(deps: MergeDeps) {
    this.#deps = deps;
  }

  proposals(): Promise<readonly MergeProposal[]> {
    return listProposals(this.#deps.store);
  }

  /** The decision and what follows from it, in one transaction. */
  decide({ firstId, secondId, accept, by }: MergeDecision): Promise<IncidentResult> {
    const { env, book, ledger } = this.#deps;
    return ledger.inLine(async () => {
      const atMs = env.nowMs();
      const [first, second] = [book.get(firstId), book.get(secondId)];
      if (first === undefined || second === undefined) return refusal('not-found');
      if (accept && (first.closedAtMs !== null || second.closedAtMs !== null)) {
        return refusal('conflict', 'one of the two incidents is closed');
      }
      const both = accept ? merged(first, second, atMs) : [];
      if (both === null) return refusal('too-many', 'too many units or parties for one incident');
      const steps = both.map((incident) => {
        const event = incident.id === firstId ? `merge ${secondId}` : 'merge';
        return { incident, event, source: 'stated' as const, by, atMs };
      });
      const isDecided = await ledger.write(steps, (tx) =>
        decideProposal(tx, { firstId, secondId }, accept ? 'accepted' : 'refused', by, atMs),
      );
      if (!isDecided) return refusal('conflict', 'there is no such proposal to decide');
      return { ok: true, incident: book.get(firstId) ?? first };
    });
  }
}
