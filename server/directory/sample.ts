import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Store, Writer } from '../../protocols/store/store.ts';
import type { DirectoryDocument, Organisation, Person, Vehicle } from './directory.ts';
import { organisations, people, putDocument, putRow, vehicles } from './directory-table.ts';
import { publishScreens } from './screens.ts';

/** Sample tow trucks in all, for demonstrations with many units. */
export const sampleTowTrucksMax = 200;
/** Numbers of the printed codes of generated sample trucks begin here. */
const generatedSubjectNumber = 10_000;
/** Sample crews are aboard from this day on, Unix milliseconds (2026-01-01T00:00Z). */
const sampleCrewFromMs = Date.UTC(2026, 0, 1);

type Unmarked<Row> = Omit<Row, 'sample'>;

interface Sample {
  readonly organisations: readonly Unmarked<Organisation>[];
  readonly documents: readonly Unmarked<DirectoryDocument>[];
  readonly vehicles: readonly Unmarked<Vehicle>[];
  readonly people: readonly (Unmarked<Person> & { readonly aboard: string | null })[];
}

function readSample(name: keyof Sample): unknown {
  const file = new URL(`../samples/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8'));
}

/** veh-demo-tow-2 onwards: plates 冀F·示002 to 冀F·示200. */
export function generatedTowTrucks(): Unmarked<Vehicle>[] {
  return Array.from({ length: sampleTowTrucksMax - 1 }, (_, index) => {
    const number = index + 2;
    return {
      vehicleId: `veh-demo-tow-${number}`,
      organisationId: 'org-demo-rescue',
      role: 'tow-truck',
      plate: `冀F·示${String(number).padStart(3, '0')}`,
      subjectNumber: generatedSubjectNumber + number,
    };
  });
}

/** The fictional organisations, read from `server/samples/`. */
export function sampleDirectory(): Sample {
  return {
    organisations: readSample('organisations') as Sample['organisations'],
    documents: readSample('documents') as Sample['documents'],
    vehicles: [...(readSample('vehicles') as Sample['vehicles']), ...generatedTowTrucks()],
    people: readSample('people') as Sample['people'],
  };
}

async function putSample(tx: Writer, sample: Sample): Promise<void> {
  for (const row of sample.documents) {
    await putDocument(tx, { ...row, sample: true } as DirectoryDocument);
  }
  for (const row of sample.organisations) await putRow(tx, organisations, { ...row, sample: true });
  for (const row of sample.vehicles) await putRow(tx, vehicles, { ...row, sample: true });
  await tx.run('DELETE FROM crew_duties WHERE sample = 1');
  for (const { aboard, ...row } of sample.people) {
    await putRow(tx, people, { ...row, sample: true });
    if (aboard === null) continue;
    await tx.run(
      'INSERT INTO crew_duties (person_id, vehicle_id, from_ms, sample) VALUES (?, ?, ?, 1)',
      [row.personId, aboard, sampleCrewFromMs],
    );
  }
}

/** Loads the sample, marked, unless it is there as it is. */
export async function loadSample(store: Store, sample: Sample): Promise<void> {
  const digest = createHash('sha256').update(JSON.stringify(sample)).digest('base64url');
  await store.write(async (tx) => {
    const state = await tx.get<{ digest: string | null }>(
      'SELECT sample_digest AS digest FROM directory_state',
    );
    if (state?.digest === digest) return;
    await putSample(tx, sample);
    await publishScreens(tx);
    await tx.run('UPDATE directory_state SET sample_digest = ?', [digest]);
  });
}
