import { type Directory, linkVersion } from '../../protocols/http/link-bodies.ts';
import type { ScreenContent } from '../../protocols/messages/down-schemas.ts';
import type { Reader, Writer } from '../../protocols/store/store.ts';
import { crewsOf } from './crews.ts';
import { organisations, selectRows, vehicles } from './directory-table.ts';
import { supervisionHotline } from './identity.ts';

type ScreenText = Omit<ScreenContent, 'version'>;

interface ScreenRow {
  readonly vehicleId: string;
  readonly organisationId: string;
  readonly version: number;
  readonly content: string;
}

const selectScreens = `SELECT vehicle_id AS vehicleId, organisation_id AS organisationId, version,
  content FROM screens ORDER BY vehicle_id`;

async function directoryVersion(reader: Reader): Promise<number> {
  const state = await reader.get<{ version: number }>('SELECT version FROM directory_state');
  return state?.version ?? 1;
}

/** What each screen should say by the directory as it stands. */
async function screenTexts(reader: Reader): Promise<Omit<ScreenRow, 'version'>[]> {
  const all = await selectRows(reader, organisations, 'TRUE', []);
  const byId = new Map(all.map((row) => [row.organisationId, row]));
  const rows = await selectRows(reader, vehicles, 'TRUE', []);
  return rows.flatMap(({ vehicleId, organisationId, role, plate, sample }) => {
    const organisation = byId.get(organisationId);
    if (organisation === undefined) return [];
    const superior = byId.get(organisation.superiorId ?? '') ?? null;
    const text: ScreenText = {
      role,
      title: organisation.nameZh,
      titleEn: organisation.nameEn,
      plate,
      hotline: supervisionHotline({ organisation, superior }),
      area: organisation.areaZh,
      sample,
    };
    return [{ vehicleId, organisationId, content: JSON.stringify(text) }];
  });
}

/**
 * To be called in every transaction that changes the directory: gives the screens whose text
 * changed the next version, and leaves the others alone, so that they need not be sent again.
 */
export async function publishScreens(tx: Writer): Promise<void> {
  const before = new Map(
    (await tx.all<ScreenRow>(selectScreens)).map((row) => [row.vehicleId, row]),
  );
  const next = (await directoryVersion(tx)) + 1;
  const changed = (await screenTexts(tx)).filter(({ vehicleId, organisationId, content }) => {
    const old = before.get(vehicleId);
    return old?.content !== content || old.organisationId !== organisationId;
  });
  if (changed.length === 0) return;
  for (const { vehicleId, organisationId, content } of changed) {
    await tx.run(
      `INSERT INTO screens (vehicle_id, organisation_id, version, content) VALUES (?, ?, ?, ?)
       ON CONFLICT (vehicle_id) DO UPDATE SET organisation_id = excluded.organisation_id,
         version = excluded.version, content = excluded.content`,
      [vehicleId, organisationId, next, content],
    );
  }
  await tx.run('UPDATE directory_state SET version = ?', [next]);
}

/** Every vehicle with what its screen says, and the version of the whole. wire.md. */
export async function directoryOf(reader: Reader): Promise<Directory> {
  const version = await directoryVersion(reader);
  const rows = await reader.all<ScreenRow>(selectScreens);
  const crews = await crewsOf(reader);
  return {
    ...(crews.length === 0 ? {} : { crews }),
    v: linkVersion,
    version,
    vehicles: rows.map(({ vehicleId, organisationId, version: screenVersion, content }) => ({
      vehicleId,
      organisation: organisationId,
      screen: { version: screenVersion, ...(JSON.parse(content) as ScreenText) },
    })),
  };
}
