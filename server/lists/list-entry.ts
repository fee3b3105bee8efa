/** The two public lists. credit.md, "Lists": watch is internal. */
export const publicLists = ['red', 'black'] as const;
export type PublicList = (typeof publicLists)[number];

/** An entry as the public reads it: 名称, 上榜理由, 奖励措施|处罚措施, 认证|认定单位, 日期. */
export interface ListEntry {
  readonly name: string;
  readonly reason: string;
  readonly measure: string;
  readonly authority: string;
  /** Day, `2026-01-15`. */
  readonly date: string;
}

/** With what a page needs besides. */
export interface StoredEntry extends ListEntry {
  readonly sample: boolean;
}

export function isPublicList(text: string): text is PublicList {
  return (publicLists as readonly string[]).includes(text);
}
