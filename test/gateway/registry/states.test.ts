import { describe, expect, it } from 'vitest';
import type { UnitState } from '../../../gateway/parts.ts';
import { rights, transitions, unitEvents } from '../../../gateway/registry/states.ts';

/** The life of a unit, written out once more as people say it: from, event, to. */
const life: readonly (readonly [UnitState, string, UnitState])[] = [
  ['registered', 'request', 'pending'],
  ['registered', 'retire', 'retired'],
  ['registered', 'revoke', 'revoked'],
  ['pending', 'request', 'pending'],
  ['pending', 'approve', 'enrolled'],
  ['pending', 'retire', 'retired'],
  ['pending', 'revoke', 'revoked'],
  ['enrolled', 'first-shown', 'active'],
  ['enrolled', 'suspend', 'suspended'],
  ['enrolled', 'transfer', 'transfer'],
  ['enrolled', 'rma', 'rma'],
  ['enrolled', 'rekey', 'registered'],
  ['enrolled', 'retire', 'retired'],
  ['enrolled', 'revoke', 'revoked'],
  ['active', 'suspend', 'suspended'],
  ['active', 'transfer', 'transfer'],
  ['active', 'rma', 'rma'],
  ['active', 'rekey', 'registered'],
  ['active', 'retire', 'retired'],
  ['active', 'revoke', 'revoked'],
  ['suspended', 'resume', 'active'],
  ['suspended', 'transfer', 'transfer'],
  ['suspended', 'rma', 'rma'],
  ['suspended', 'rekey', 'registered'],
  ['suspended', 'retire', 'retired'],
  ['suspended', 'revoke', 'revoked'],
  ['transfer', 'reopen', 'registered'],
  ['transfer', 'retire', 'retired'],
  ['transfer', 'revoke', 'revoked'],
  ['rma', 'reopen', 'registered'],
  ['rma', 'retire', 'retired'],
  ['rma', 'revoke', 'revoked'],
  ['retired', 'revoke', 'revoked'],
];

describe('the life of a unit', () => {
  it('has these transitions and no other', () => {
    const table = (Object.keys(transitions) as UnitState[]).flatMap((from) =>
      unitEvents.flatMap((event) => {
        const to = transitions[from][event];
        return to === undefined ? [] : [[from, event, to].join(' ')];
      }),
    );
    expect(table.sort()).toStrictEqual(life.map((row) => row.join(' ')).sort());
  });

  it('can end from every state, and never goes on after a revocation', () => {
    for (const state of Object.keys(transitions) as UnitState[]) {
      if (state !== 'revoked') expect(transitions[state].revoke).toBe('revoked');
    }
    expect(transitions.revoked).toStrictEqual({});
  });

  it('gives codes only to units that may also hold a session', () => {
    for (const { codes, session, enrol } of Object.values(rights)) {
      expect(codes && !session).toBe(false);
      expect(enrol && session).toBe(false);
    }
  });
});
