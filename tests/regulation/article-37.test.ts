import { describe, expect, it } from 'vitest';
import { remedies } from '../../domain/notices/remedies.ts';
import { finalityOf } from '../../domain/petition/finality.ts';
import type { PetitionEvent } from '../../domain/petition/petition.ts';
import { supportKinds } from '../../domain/petition/support.ts';
import { concludedPetition, noon, recheckServed, stateAfter } from '../support/builders.ts';
import { given } from '../support/given.ts';
import { decideWithdrawal, support, withdraw } from '../support/incidents.ts';
import { approveRefusal, proposeRefusal } from '../support/intake.ts';
import { cite } from './articles.ts';
import { law, onFrom, receivedOn } from './cases.ts';

const record = (history: readonly PetitionEvent[]) =>
  given(...history)
    .when(support({ at: noon('2027-01-04') }), law)
    .thenState(({ incidents }) => expect(incidents.support).toHaveLength(1));

describe(cite(37), () => {
  it('knows counselling, settling, social and judicial assistance', () =>
    expect(supportKinds).toEqual([
      'counselling',
      'dispute-resolution',
      'social-assistance',
      'judicial-assistance',
      'other-help',
    ]));

  it('can be given while the matter is handled', () => record(receivedOn('2026-03-02')));

  it('goes on after recheck, which is final', () => {
    expect(finalityOf(stateAfter(recheckServed), '2027-01-04')).toBeDefined();
    record(recheckServed);
  });

  it('goes on after closing, after a withdrawal and after a refusal', () => {
    record(concludedPetition);
    record(onFrom(receivedOn('2026-03-02'), withdraw(), decideWithdrawal()));
    record(onFrom(receivedOn('2026-03-02'), proposeRefusal(), approveRefusal()));
  });

  it('is recorded once it was given, not in advance', () =>
    given(...receivedOn('2026-03-02'))
      .when(support({ on: '2026-03-03' }), law)
      .thenRefused('rule-violated', { pointer: '/on' }));

  it('opens nothing again: what is final stays final', () =>
    expect(finalityOf(stateAfter(onFrom(recheckServed, support())), '2027-01-04')).toEqual(
      finalityOf(stateAfter(recheckServed), '2027-01-04'),
    ));

  it('is told to the petitioner with the final answer', () => expect(remedies.final.basis).toContain('R37'));
});
