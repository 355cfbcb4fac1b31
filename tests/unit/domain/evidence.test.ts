import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultConfiguration } from '../../../domain/configuration.ts';
import { Refusal } from '../../../domain/errors.ts';
import { evidenceView, ownEvidenceView, partsOfKey } from '../../../domain/petition/evidence-views.ts';
import { decideAsPetitioner, decideAtDesk, decideEvidenceOnly } from '../../../domain/petition/narrow.ts';
import { decide, evolve, summaryOf } from '../../../domain/petition/petition.ts';
import { after, continued, firstDay, noon, officers, register, rules, stateAfter } from '../../support/builders.ts';
import { cleared, declare, hashed, infected, judge, scan, unscanned, withdraw } from '../../support/evidence.ts';
import { given } from '../../support/given.ts';

const registered = after(register());
/** The number of the piece that is declared next. */
const next = registered.length + 1;
const declared = continued(registered, declare());
const within = (evidence: Partial<(typeof rules)['configuration']['evidence']>) => ({
  ...rules,
  configuration: { ...defaultConfiguration, evidence: { ...defaultConfiguration.evidence, ...evidence } },
});

describe('a file of evidence', () => {
  it('is declared with what it is to be, and can be uploaded for an hour', () => {
    given(...registered)
      .when(declare())
      .thenEvents({
        type: 'EvidenceDeclared',
        data: {
          fileName: '承包合同.pdf',
          size: 1000,
          mediaType: 'application/pdf',
          sha256: hashed(1),
          shows: '承包面积',
          from: 'petitioner',
          uploadUntil: '2026-03-02T05:00:00.000Z',
          by: 'receptionist',
          unit: '622901007-zx',
        },
      });
  });

  it('is known by the number of the fact that declared it', () => {
    expect(stateAfter(declared).evidence.map(({ evidence }) => evidence)).toEqual([next]);
  });

  it('is the petitioner’s own when he brings it, whatever is said', () => {
    given(...registered)
      .when(declare({ by: officers.petitioner, from: 'organ' }))
      .thenState(({ evidence }) => expect(evidence[0]).toMatchObject({ from: 'petitioner', unit: '' }));
  });

  it.each([
    ['too large', within({ maximumBytes: 999 }), { pointer: '/size' }],
    ['one too many', within({ perPetition: 0 }), {}],
  ])('is refused when it is %s', (_, context, where) =>
    given(...registered)
      .when(declare(), context)
      .thenRefused('rule-violated', where),
  );

  it('waits while others wait for their upload or scan', () =>
    given(...declared)
      .when(declare({ sha256: hashed(2) }), within({ waiting: 1 }))
      .thenRefused('not-the-step'));

  it('is there once', () =>
    given(...declared)
      .when(declare())
      .thenRefused('already-decided', { pointer: '/sha256' }));

  it('can be declared again when it was never uploaded, refused or withdrawn', () => {
    given(...declared)
      .when(declare({ at: '2026-03-02T05:00:00.001Z' }))
      .thenTypes('EvidenceDeclared');
    given(...continued(declared, judge(next, infected)))
      .when(declare())
      .thenTypes('EvidenceDeclared');
    given(...continued(declared, withdraw(next)))
      .when(declare())
      .thenTypes('EvidenceDeclared');
  });

  it('is brought to a concluded matter too, for its review, but not to one that has ended', () => {
    const state = stateAfter(registered);
    expect(decide(declare(), { ...state, concludedOn: firstDay }, rules)).toHaveLength(1);
    const ended = { ...state, incidents: { ...state.incidents, ended: { how: 'withdrawn', on: firstDay } as const } };
    expect(() => decide(declare(), ended, rules)).toThrow(Refusal);
  });

  it('is judged also after its matter has ended', () => {
    const state = stateAfter(declared);
    const ended = { ...state, incidents: { ...state.incidents, ended: { how: 'withdrawn', on: firstDay } as const } };
    expect(decide(judge(next, cleared), ended, rules)).toHaveLength(1);
  });
});

describe('a verdict', () => {
  it('clears what is as it was declared, by hash, size, scanner and signatures', () =>
    given(...declared)
      .when(judge(next, cleared))
      .thenEvents({
        type: 'EvidenceCleared',
        data: {
          evidence: next,
          sha256: hashed(1),
          size: 1000,
          mediaType: 'application/pdf',
          scanner: { engine: 'ClamAV 1.4.6', database: '27123' },
        },
      }));

  it.each([{ sha256: hashed(9) }, { size: 999 }])('never clears something else: %j', (other) =>
    given(...declared)
      .when(judge(next, { ...cleared, ...other }))
      .thenRefused('rule-violated'),
  );

  it('refuses, and says why', () =>
    given(...declared)
      .when(judge(next, infected))
      .thenEvents({
        type: 'EvidenceRejected',
        data: { evidence: next, reason: 'infected', detail: 'Eicar-Test' },
      }));

  it('says once that nothing could scan, and can follow that', () => {
    const held = continued(declared, judge(next, unscanned));
    expect(held.at(-1)).toEqual({ type: 'EvidenceHeld', data: { evidence: next, reason: 'no-scanner' } });
    given(...held)
      .when(judge(next, unscanned))
      .thenEvents();
    given(...held)
      .when(judge(next, cleared))
      .thenTypes('EvidenceCleared');
  });

  it('stands: a repeat says nothing, and no other follows', () => {
    for (const first of [cleared, infected])
      for (const second of [cleared, infected, unscanned])
        given(...continued(declared, judge(next, first)))
          .when(judge(next, second))
          .thenEvents();
  });

  it('is about a piece that is there', () =>
    given(...registered)
      .when(judge(next, cleared))
      .thenRefused('not-found'));
});

describe('a piece that is withdrawn', () => {
  const brought = continued(registered, declare({ by: officers.petitioner }));

  it('stays in the record', () => {
    const state = stateAfter(continued(declared, judge(next, cleared), withdraw(next)));
    expect(state.evidence).toMatchObject([{ evidence: next, state: 'cleared', withdrawn: true }]);
  });

  it('is withdrawn by a colleague of whoever took it in, by no other unit', () => {
    given(...declared)
      .when(withdraw(next, { by: officers.secondOfficer }))
      .thenTypes('EvidenceWithdrawn');
    given(...declared)
      .when(withdraw(next, { by: officers.handler }))
      .thenRefused('not-permitted');
  });

  it('is the petitioner’s to withdraw when it is his, also where the desk took it in', () => {
    for (const facts of [brought, declared])
      given(...facts)
        .when(withdraw(next, { by: officers.petitioner }))
        .thenTypes('EvidenceWithdrawn');
    given(...continued(registered, declare({ by: officers.handler, from: 'organ' })))
      .when(withdraw(next, { by: officers.petitioner }))
      .thenRefused('not-permitted');
    given(...brought)
      .when(withdraw(next))
      .thenRefused('not-permitted');
  });

  it('is withdrawn once', () =>
    given(...continued(declared, withdraw(next)))
      .when(withdraw(next))
      .thenRefused('already-decided'));
});

describe('a piece that replaces another', () => {
  const second = declare({ sha256: hashed(2), replaces: next });
  const both = continued(declared, judge(next, cleared), second);

  it('stands in its place once it is cleared', () => {
    const before = evidenceView(stateAfter(both), noon(firstDay));
    expect(before[0]).not.toHaveProperty('replacedBy');
    const state = stateAfter(continued(both, judge(next + 2, { ...cleared, sha256: hashed(2) })));
    expect(evidenceView(state, noon(firstDay))[0]).toMatchObject({ evidence: next, replacedBy: next + 2 });
  });

  it.each([{ replaces: 77 }, { by: officers.handler }])('replaces one’s own only: %j', (other) =>
    given(...declared)
      .when({ ...second, ...other })
      .thenRefused('rule-violated', { pointer: '/replaces' }),
  );
});

describe('what is seen of evidence', () => {
  const states = (facts: typeof declared, at = noon(firstDay)) =>
    evidenceView(stateAfter(facts), at).map(({ state }) => state);

  it('is where each piece stands', () => {
    const { scanner: _, ...released } = cleared;
    expect(states(declared)).toEqual(['waiting']);
    expect(states(declared, '2026-03-02T05:00:00.001Z')).toEqual(['not-uploaded']);
    expect(states(continued(declared, judge(next, unscanned)), '2027-01-01T00:00:00.000Z')).toEqual(['not-scanned']);
    expect(states(continued(declared, judge(next, cleared)))).toEqual(['cleared']);
    expect(states(continued(declared, judge(next, released)))).toEqual(['released-unscanned']);
    expect(states(continued(declared, judge(next, infected)))).toEqual(['rejected']);
    expect(states(continued(declared, withdraw(next)))).toEqual(['withdrawn']);
  });

  it('shows the petitioner his own and nobody of the office', () => {
    const facts = continued(declared, declare({ sha256: hashed(2), by: officers.handler, from: 'organ' }));
    const own = ownEvidenceView(stateAfter(facts), noon(firstDay));
    expect(own.map(({ evidence }) => evidence)).toEqual([next]);
    expect(JSON.stringify(own)).not.toContain('receptionist');
  });

  it('puts no name of a file into the summary of the petition', () =>
    expect(JSON.stringify(summaryOf(stateAfter(declared)))).not.toContain('承包合同'));
});

it.each([
  '',
  'x',
  '622901007-20260302-7K3QXA',
  '622901007-20260302-7K3QXA/0',
  '622901007-20260302-7K3QXA/1/2',
  '../../1',
])('%j is no key of a file', (key) => expect(partsOfKey(key)).toBeUndefined());

it('is decided only where files are handled', () => {
  const state = stateAfter(registered);
  expect(decideEvidenceOnly(declare(), state, rules)).toHaveLength(1);
  expect(() => decideEvidenceOnly(register(), state, rules)).toThrow(Refusal);
  for (const other of [decideAsPetitioner, decideAtDesk]) expect(() => other(declare(), state, rules)).toThrow(Refusal);
});

it('whatever comes in whatever order: what is cleared is what was declared, and a verdict is the last word', () => {
  const piece = fc.integer({ min: 0, max: 4 });
  const hash = fc.integer({ min: 1, max: 4 }).map(hashed);
  const act = fc.oneof(
    fc.record({
      do: fc.constant('declare' as const),
      hash,
      own: fc.boolean(),
      minutes: fc.integer({ min: 0, max: 90 }),
    }),
    fc.record({ do: fc.constant('clear' as const), piece, hash }),
    fc.record({ do: fc.constantFrom('reject' as const, 'hold' as const, 'withdraw' as const), piece }),
  );
  fc.assert(
    fc.property(fc.array(act, { maxLength: 30 }), (acts) => {
      let state = stateAfter(registered);
      let now = Date.parse(noon(firstDay));
      for (const each of acts) {
        const at = new Date(now).toISOString();
        const about = 'piece' in each ? (state.evidence[each.piece]?.evidence ?? 99) : 0;
        const before = state;
        try {
          if (each.do === 'declare') {
            now += each.minutes * 60_000;
            const by = each.own ? officers.petitioner : officers.receptionist;
            const command = declare({ at: new Date(now).toISOString(), by, sha256: each.hash });
            state = decide(command, state, within({ perPetition: 3, waiting: 2 })).reduce(evolve, state);
          } else if (each.do === 'withdraw') {
            state = decide(withdraw(about, { at }), state, rules).reduce(evolve, state);
          } else {
            const verdict = {
              clear: { ...cleared, sha256: 'hash' in each ? each.hash : '' },
              reject: infected,
              hold: unscanned,
            };
            state = decide(judge(about, verdict[each.do], { by: scan, at }), state, rules).reduce(evolve, state);
          }
        } catch (error) {
          expect(error).toBeInstanceOf(Refusal);
        }
        // Nothing is taken away, and what was declared is not changed.
        for (const [index, was] of before.evidence.entries()) {
          const is = state.evidence[index];
          expect(is).toMatchObject({ evidence: was.evidence, sha256: was.sha256, size: was.size, by: was.by });
          if (was.state === 'cleared' || was.state === 'rejected') expect(is?.state).toBe(was.state);
          if (was.withdrawn) expect(is?.withdrawn).toBe(true);
        }
        const numbers = state.evidence.map(({ evidence }) => evidence);
        expect(new Set(numbers).size).toBe(numbers.length);
        if (each.do !== 'declare' || state.evidence.length === before.evidence.length) continue;
        // A late verdict may bring back what counted as never uploaded; nothing is declared beyond the limits.
        const there = evidenceView(state, new Date(now).toISOString()).filter(
          ({ state: stands }) => stands !== 'rejected' && stands !== 'withdrawn' && stands !== 'not-uploaded',
        );
        expect(there.length).toBeLessThanOrEqual(3);
        expect(there.filter(({ sha256 }) => sha256 === each.hash)).toHaveLength(1);
      }
    }),
    { numRuns: 500 },
  );
});
