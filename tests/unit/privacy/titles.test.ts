import { describe, expect, it } from 'vitest';
import { assemblyStream } from '../../../domain/assembly/assembly.ts';
import { needStream } from '../../../domain/grid/need.ts';
import { importStream } from '../../../domain/imports/import.ts';
import type { PetitionEvent } from '../../../domain/petition/petition.ts';
import { initialPetition } from '../../../domain/petition/state.ts';
import { foldPlain } from '../../../domain/plain-stream.ts';
import { changePersonal } from '../../../domain/privacy/personal-fields.ts';
import { initialSession } from '../../../domain/reception/session-state.ts';
import { whistleStream } from '../../../domain/whistle/whistle.ts';
import { petitionWrite, sessionWrite } from '../../../functions/shared/stream-writes.ts';
import * as a from '../../support/builders.ts';
import { village } from '../../support/grid.ts';
import { calledFacts } from '../../support/whistle.ts';

/** Whatever may wait on a worklist has a title, and nothing that somebody said or is stands in it. */

type Facts = readonly { readonly type: string; readonly data: object }[];

const personalTexts = (events: Facts): readonly string[] => {
  const texts: string[] = [];
  for (const { type, data } of events)
    changePersonal(type, data, (_, text) => {
      texts.push(text);
      return text;
    });
  return texts;
};

const by = a.officers.receptionist;
const at = a.noon(a.firstDay);
const ofPetition = (events: readonly PetitionEvent[]) =>
  petitionWrite(initialPetition, events, a.number, at, by, a.rules).head.title;
const plain = (
  rules: { readonly head: (state: never, context: never) => { readonly title?: string } },
  events: Facts,
) => rules.head(foldPlain(rules as never, events) as never, a.rules as never).title;

const grid = { code: 'G-1', name: '第一网格', boundary: { description: '全村', codes: [] }, validFrom: a.firstDay };
const report = {
  domain: '民政',
  need: '独居老人赵某需要午餐',
  count: 1,
  location: '三社赵某家',
  reportedOn: a.firstDay,
};
const need: Facts = [{ type: 'NeedReported', data: { id: 'N1', unit: village, grid, report, by: 'w' } }];
const announcement = {
  date: a.firstDay,
  from: '09:00',
  place: '广场',
  themes: ['低保'],
  presenters: [],
  message: '请',
};
const assembly: Facts = [
  { type: 'AssemblyConvened', data: { id: 'V1', unit: village, announcement, by: 'v' } },
  { type: 'QuestionRecorded', data: { number: 1, theme: '低保', question: '赵某的低保何时发？', by: 'v' } },
];
const table = { kind: 'ledger', unit: by.unit, ledger: '2019年台账', fileName: '赵某等人.xlsx', sha256: '', size: 1 };
const declared: Facts = [{ type: 'ImportDeclared', data: { id: 'B-20260302-1', table, by: 'admin', until: at } }];
const session = a.sessionAfter(a.publish(), a.preRegister(), a.checkIn(), a.recordVisit());

describe('what stands on a worklist', () => {
  it.each([
    ['a petition that was registered', a.registeredPetition, ofPetition(a.registeredPetition)],
    ['one that was routed', a.routedPetition, ofPetition(a.routedPetition)],
    ['an accusation', a.sealedPetition, ofPetition(a.sealedPetition)],
    ['one that was answered', a.servedOpinion, ofPetition(a.servedOpinion)],
    ['a reception day', session, sessionWrite(initialSession, session, 'S1', at, by, a.rules).head.title],
    ['a whistle', calledFacts, plain(whistleStream, calledFacts)],
    ['a need', need, plain(needStream, need)],
    ['an assembly', assembly, plain(assemblyStream, assembly)],
    ['an import', declared, plain(importStream, declared)],
  ] as const)('of %s says nothing in anybody’s words', (_, events, title) => {
    expect(title).not.toBe('');
    const texts = personalTexts(events as Facts);
    expect(texts).not.toEqual([]);
    expect(texts.filter((text) => title?.includes(text))).toEqual([]);
  });

  it('is how and when it came, and its category since triage', () => {
    expect(ofPetition(a.registeredPetition)).toBe('信访事项 · 走访 · 2026-03-02');
    expect(ofPetition(a.routedPetition)).toMatch(/^信访事项 · 走访 · 2026-03-02 · \d+$/);
  });
});
