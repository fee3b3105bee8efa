import type { RoadNetwork } from './road-network.ts';

/** What is in a network file, for whoever has just checked or imported it. */
export interface NetworkSummary {
  readonly name: string | null;
  readonly sections: number;
  readonly lines: number;
  readonly vertices: number;
  readonly areas: number;
  /** Metres of all lines, each carriageway by itself. */
  readonly lengthM: number;
}

export function summaryOf({ name, sections, lines, areas }: RoadNetwork): NetworkSummary {
  const sum = (count: (line: (typeof lines)[number]) => number) =>
    lines.reduce((total, line) => total + count(line), 0);
  return {
    name,
    sections: sections.length,
    lines: lines.length,
    vertices: sum(({ path }) => path.vertices.length),
    areas: areas.length,
    lengthM: Math.round(sum(({ path }) => path.lengthM)),
  };
}
