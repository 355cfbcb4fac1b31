import { describe, expect, it } from 'vitest';
import { channels, sources } from '../../domain/petition/state.ts';
import { content, register, stateAfter } from '../support/builders.ts';
import { given } from '../support/given.ts';
import { cite } from './articles.ts';
import { law, receivedOn } from './cases.ts';

describe(cite(17), () => {
  it('knows the five ways to petition and no other', () => {
    expect([...channels].sort()).toEqual(['fax', 'letter', 'network', 'phone', 'visit']);
  });

  it('registers a matter from every one of them, with the same clock', () => {
    for (const channel of channels) {
      const petition = stateAfter(receivedOn('2026-03-02', { content: { ...content, channel } }));
      expect(petition.registration).toMatchObject({ channel, receivedOn: '2026-03-02' });
      expect(petition.deadlines).toMatchObject([{ limit: 'forward', due: '2026-03-17' }]);
    }
  });

  it('keeps the hotline, the grid and a leader’s reception as where it came from, not as a channel', () => {
    for (const source of ['hotline-12345', 'grid', 'leader-reception']) {
      expect(channels).not.toContain(source);
      expect(sources).toContain(source);
    }
    const source = 'hotline-12345';
    expect(
      stateAfter(receivedOn('2026-03-02', { content: { ...content, channel: 'phone', source } })).registration,
    ).toMatchObject({ channel: 'phone', source });
  });

  it('takes citizens, groups and organisations as petitioners', () => {
    for (const petitioner of [
      { form: 'individual', person: { name: '张三' } },
      { form: 'joint', representatives: [{ name: '张三' }], headcount: 12 },
      { form: 'organisation', organisation: '某合作社' },
    ] as const) {
      given()
        .when(register({ content: { ...content, petitioner } }), law)
        .thenTypes('PetitionRegistered');
    }
  });

  it('registers an anonymous matter too: somebody has to handle it', () => {
    given()
      .when(register({ content: { ...content, petitioner: { form: 'anonymous' } } }), law)
      .thenWaitsFor('intake/triage');
  });

  it('does not count a matter as received on a day that has not come', () => {
    given()
      .when(register({ receivedOn: '2026-03-03' }), law)
      .thenRefused('rule-violated', { pointer: '/receivedOn' });
  });
});
