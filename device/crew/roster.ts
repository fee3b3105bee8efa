import type { RosterMessage } from '../../protocols/messages/down-schemas.ts';
import type { Reader, Store } from '../../protocols/store/store.ts';
import { readSetting, settingNames, writeSetting } from '../store/settings.ts';

export type RosterPerson = RosterMessage['people'][number];
type Part = Pick<RosterMessage, 'version' | 'part' | 'parts' | 'people'>;

interface KeptRoster {
  readonly version: number;
  readonly people: readonly RosterPerson[];
}

const nobody: KeptRoster = { version: 0, people: [] };

/** As typed: spaces and small letters make no other badge. */
function badgeKey(badge: string): string {
  return badge.normalize('NFKC').replace(/\s+/g, '').toUpperCase();
}

/**
 * Who may sign on at this unit. A new version counts once all of its parts have come: half a
 * roster would lock people out. Kept over restarts.
 */
export class Roster {
  readonly #store: Store;
  #kept: KeptRoster = nobody;
  #coming: Part[] = [];

  constructor(store: Store) {
    this.#store = store;
  }

  async load(reader: Reader): Promise<void> {
    this.#kept = (await readSetting<KeptRoster>(reader, settingNames.roster)) ?? nobody;
  }

  /** 0 before the first. */
  get version(): number {
    return this.#kept.version;
  }

  get people(): readonly RosterPerson[] {
    return this.#kept.people;
  }

  byId(personId: string): RosterPerson | undefined {
    return this.#kept.people.find((person) => person.personId === personId);
  }

  /** Undefined for a badge of nobody, and for none at all. */
  byBadge(badge: string): RosterPerson | undefined {
    const key = badgeKey(badge);
    if (key === '') return undefined;
    return this.#kept.people.find((person) => badgeKey(person.badge) === key);
  }

  /** True when this part made a newer roster whole, which is on disk then. */
  async take({ version, part, parts, people }: RosterMessage): Promise<boolean> {
    if (version <= this.#kept.version || part > parts) return false;
    const [other] = this.#coming;
    const goesOn = other?.version === version && other.parts === parts;
    const others = goesOn ? this.#coming.filter((one) => one.part !== part) : [];
    this.#coming = [...others, { version, part, parts, people }];
    if (this.#coming.length < parts) return false;
    const inOrder = this.#coming.toSorted((a, b) => a.part - b.part);
    const whole = { version, people: inOrder.flatMap((one) => one.people) };
    await this.#store.write((tx) => writeSetting(tx, settingNames.roster, whole));
    this.#coming = [];
    this.#kept = whole;
    return true;
  }
}
