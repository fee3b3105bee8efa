import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import { keepDurably, type UpdateDisk } from './disk.ts';

/** The two places a release is unpacked to, in turn. */
export const slotNames = ['a', 'b'] as const;
export type SlotName = (typeof slotNames)[number];

/** Where a program may start from; `package`: what was installed on the machine, slot 0. */
const place = Type.Union([Type.Literal('package'), Type.Literal('a'), Type.Literal('b')]);
export type Place = Static<typeof place>;

/** Parts of a unit that a release must not make worse. */
export const partNames = ['screen', 'gnss', 'clock', 'panel', 'modem'] as const;
export type PartHealth = Readonly<Record<(typeof partNames)[number], boolean>>;

const releaseName = Type.Object({ id: Type.String(), version: Type.String() });
export type ReleaseName = Readonly<Static<typeof releaseName>>;

/** Boots a release has to be confirmed in: the second is for a power cut in the first. */
export const trialBoots = 2;
/** Releases that failed here and are remembered; the oldest is forgotten first. */
const triedMax = 8;

/**
 * What the launcher goes by. One file, replaced whole; everything else in the folder may be
 * missing or half written at any time.
 */
const slotState = Type.Object({
  format: Type.Literal(1),
  /** The release key that whatever is started must be signed by, base64url; empty: none yet. */
  releaseKey: Type.String(),
  /** Sum of the installed package that the slots were filled beside; another one takes over. */
  base: Type.String(),
  current: place,
  /** Confirmed before `current`, and still whole as far as anybody knows. */
  previous: place,
  trial: Type.Union([
    Type.Null(),
    Type.Object({
      slot: Type.Union([Type.Literal('a'), Type.Literal('b')]),
      release: releaseName,
      bootsLeft: Type.Integer({ minimum: 0, maximum: trialBoots }),
      /** How the parts were right before the switch. */
      before: Type.Object(
        Object.fromEntries(partNames.map((name) => [name, Type.Boolean()])) as Record<
          (typeof partNames)[number],
          ReturnType<typeof Type.Boolean>
        >,
      ),
    }),
  ]),
  /** What came of the last trial, until it is in the outbox. */
  outcome: Type.Union([
    Type.Null(),
    Type.Object({
      release: releaseName,
      state: Type.Union([Type.Literal('confirmed'), Type.Literal('rolled-back')]),
      reason: Type.Union([Type.Null(), Type.String()]),
    }),
  ]),
  /** Releases that were rolled back here, oldest first. */
  tried: Type.Array(
    Type.Object({ id: Type.String(), times: Type.Integer({ minimum: 1 }), reason: Type.String() }),
  ),
});
export type SlotState = Readonly<Static<typeof slotState>>;

/** Before the first release: the installed package, and nothing else. */
export const firstState: SlotState = {
  format: 1,
  releaseKey: '',
  base: '',
  current: 'package',
  previous: 'package',
  trial: null,
  outcome: null,
  tried: [],
};

const stateBytesMax = 64 * 1024;

/** Where things lie below the update folder of a unit. */
export const updatePaths = {
  state: (folder: string) => `${folder}/state.json`,
  floor: (folder: string) => `${folder}/floor.json`,
  slots: (folder: string) => `${folder}/slots`,
  slot: (folder: string, slot: SlotName) => `${folder}/slots/${slot}`,
  tree: (folder: string, slot: SlotName) => `${folder}/slots/${slot}/tree`,
  header: (folder: string, slot: SlotName) => `${folder}/slots/${slot}/header`,
  downloads: (folder: string) => `${folder}/download`,
  download: (folder: string, releaseId: string) => `${folder}/download/${releaseId}.part`,
} as const;

/** The state as it is kept; a file that cannot be read is none: the installed package starts. */
export async function readState(disk: UpdateDisk, folder: string): Promise<SlotState> {
  const bytes = await disk.read(updatePaths.state(folder), stateBytesMax);
  if (bytes === null) return firstState;
  try {
    const parsed: unknown = JSON.parse(bytes.toString('utf8'));
    return Value.Check(slotState, parsed) ? parsed : firstState;
  } catch {
    return firstState;
  }
}

export function writeState(disk: UpdateDisk, folder: string, state: SlotState): Promise<void> {
  return keepDurably(disk, updatePaths.state(folder), `${JSON.stringify(state)}\n`);
}

/** The slot that neither runs nor is on trial. */
export function idleSlot({ current }: SlotState): SlotName {
  return current === 'a' ? 'b' : 'a';
}

/** The trial is over without having been confirmed: what ran before runs again. */
export function afterFailedTrial(state: SlotState, reason: string): SlotState {
  if (state.trial === null) return state;
  const { release } = state.trial;
  const before = state.tried.find(({ id }) => id === release.id);
  const others = state.tried.filter(({ id }) => id !== release.id);
  const entry = { id: release.id, times: (before?.times ?? 0) + 1, reason };
  return {
    ...state,
    trial: null,
    outcome: { release, state: 'rolled-back', reason },
    tried: [...others, entry].slice(-triedMax),
  };
}

/** The release on trial is the one to run from now on. */
export function afterConfirmedTrial(state: SlotState): SlotState {
  if (state.trial === null) return state;
  const { slot, release } = state.trial;
  return {
    ...state,
    current: slot,
    previous: state.current,
    trial: null,
    outcome: { release, state: 'confirmed', reason: null },
    tried: state.tried.filter(({ id }) => id !== release.id),
  };
}
