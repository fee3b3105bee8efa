import { describe, expect, it } from 'vitest';
import { checkParts, lifeActs, progressSteps } from '../../../protocols/http/fleet-bodies.ts';
import { roles } from '../../../server/access/roles.ts';
import { importColumns } from '../../../server/organisations/import-rows.ts';
import { levels } from '../../../server/organisations/organisation.ts';
import { accessMessages, roleMessage } from '../../../server/web/access/messages.ts';
import { benchMessages } from '../../../server/web/bench/messages.ts';
import { benchWords, wordOf } from '../../../server/web/bench/words.ts';
import { messageOf, organisationMessages } from '../../../server/web/organisations/messages.ts';

describe('the words of the desk', () => {
  it.each([
    ['access', accessMessages],
    ['organisations', organisationMessages],
    ['bench', benchMessages],
    ['units', benchWords],
  ] as const)('of %s are there in both languages, with the same values', (_name, table) => {
    const chinese: Record<string, string> = table['zh-CN'];
    const english: Record<string, string> = table.en;
    expect(Object.keys(english).sort()).toEqual(Object.keys(chinese).sort());
    const marks = (text: string | undefined) => (text?.match(/\{\w+\}/g) ?? []).sort();
    for (const [key, text] of Object.entries(chinese)) {
      expect(text, key).toMatch(/[\u4e00-\u9fff]/);
      expect(english[key], key).not.toMatch(/[\u4e00-\u9fff]|^$/);
      expect(marks(english[key]), key).toEqual(marks(text));
      expect(`${text}${english[key]}`, key).not.toMatch(/police|警察|交警/i);
    }
  });

  it('name every role, level and kind of table', () => {
    for (const role of roles) expect(accessMessages.en[roleMessage(role)], role).toBeDefined();
    for (const level of Object.keys(levels)) {
      expect(organisationMessages.en[messageOf('level', level)], level).toBeDefined();
    }
    for (const kind of Object.keys(importColumns)) {
      expect(organisationMessages.en[messageOf('kind', kind)], kind).toBeDefined();
    }
  });

  it('name every act with its effect, every step, part and setting of a unit', () => {
    const groups = { act: lifeActs, effect: lifeActs, progress: progressSteps, check: checkParts };
    for (const [group, codes] of Object.entries({ ...groups, hint: checkParts })) {
      for (const code of codes) expect(wordOf(group, code), `${group} ${code}`).not.toBeNull();
    }
  });
});
