/** What stands on a printed card, in both languages side by side. */
export const cardMessages = {
  scan: { zh: '扫码核验身份', en: 'Scan to verify' },
  identityOnly: { zh: '只证明身份', en: 'Identity only, not presence' },
  hotline: { zh: '监督电话', en: 'Hotline' },
  badge: { zh: '执法证号', en: 'Badge' },
  number: { zh: '编号', en: 'No.' },
  printed: { zh: '印制', en: 'Printed' },
  sample: { zh: '示例', en: 'SAMPLE' },
  officer: { zh: '执法人员', en: 'Officer' },
  auxiliary: { zh: '辅助人员', en: 'Auxiliary' },
  'rescue-worker': { zh: '救援人员', en: 'Rescue worker' },
  'patrol-car': { zh: '执法车辆', en: 'Patrol car' },
  'tow-truck': { zh: '救援车辆', en: 'Tow truck' },
} as const;
export type CardMessageKey = keyof typeof cardMessages;

/** `监督电话 Hotline`. */
export function bothOf(key: CardMessageKey): string {
  const { zh, en } = cardMessages[key];
  return `${zh} ${en}`;
}
