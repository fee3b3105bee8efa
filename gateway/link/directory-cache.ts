import { Value } from 'typebox/value';
import { type Directory, directory } from '../../protocols/http/link-bodies.ts';
import { normalizeId } from '../../protocols/ids/ids.ts';
import type { RosterPerson, ScreenContent } from '../../protocols/messages/down-schemas.ts';
import type { Store } from '../../protocols/store/store.ts';
import type { CrewDirectory, VehicleDirectory, VehicleFinder } from '../parts.ts';
import { writeLinkState } from './link-state.ts';
import type { DirectoryBody } from './server-client.ts';

interface Kept {
  readonly etag: string;
  readonly directory: Directory;
}

function keptOf(text: string | undefined): Kept | null {
  if (text === undefined) return null;
  const kept = JSON.parse(text) as Kept;
  return Value.Check(directory, kept.directory) ? kept : null;
}

/** People by the code of their organisation. */
function crewsOf({ crews = [] }: Directory): ReadonlyMap<string, readonly RosterPerson[]> {
  const found = new Map<string, RosterPerson[]>();
  for (const { organisation, person } of crews) {
    found.set(organisation, [...(found.get(organisation) ?? []), person]);
  }
  return found;
}

/** The server's vehicles, from memory; the newest copy is kept over restarts. */
export class DirectoryCache implements VehicleDirectory, VehicleFinder, CrewDirectory {
  readonly #store: Store;
  readonly #listeners: (() => void)[] = [];
  #screens: ReadonlyMap<string, ScreenContent> = new Map();
  #organisations: ReadonlyMap<string, string> = new Map();
  #vehicleOfPlate: ReadonlyMap<string, string> = new Map();
  #crews: ReadonlyMap<string, readonly RosterPerson[]> = new Map();
  #etag: string | null = null;

  constructor(store: Store) {
    this.#store = store;
  }

  get etag(): string | null {
    return this.#etag;
  }

  /** Takes up what was kept; a copy of another version counts as none. */
  load(text: string | undefined): void {
    const kept = keptOf(text);
    if (kept !== null) this.#take(kept);
  }

  async update({ directory, etag }: DirectoryBody): Promise<void> {
    const kept: Kept = { etag, directory };
    await writeLinkState(this.#store, 'directory', JSON.stringify(kept));
    this.#take(kept);
    for (const listener of this.#listeners) listener();
  }

  screenOf(vehicleId: string): ScreenContent | undefined {
    return this.#screens.get(vehicleId);
  }

  organisationOf(vehicleId: string): string | undefined {
    return this.#organisations.get(vehicleId);
  }

  crewOf(vehicleId: string): readonly RosterPerson[] {
    return this.#crews.get(this.#organisations.get(vehicleId) ?? '') ?? [];
  }

  vehicleOfPlate(plate: string): string | undefined {
    return this.#vehicleOfPlate.get(normalizeId(plate));
  }

  onChanged(listener: () => void): void {
    this.#listeners.push(listener);
  }

  #take({ etag, directory }: Kept): void {
    this.#etag = etag === '' ? null : etag;
    this.#screens = new Map(directory.vehicles.map(({ vehicleId, screen }) => [vehicleId, screen]));
    this.#organisations = new Map(
      directory.vehicles.map(({ vehicleId, organisation }) => [vehicleId, organisation]),
    );
    this.#crews = crewsOf(directory);
    this.#vehicleOfPlate = new Map(
      directory.vehicles.map(({ vehicleId, screen }) => [normalizeId(screen.plate), vehicleId]),
    );
  }
}
