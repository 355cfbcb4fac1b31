import { describe, expect, it } from 'vitest';
import { decideAccess } from '../../../domain/access/policy.ts';
import { statusOf } from '../../../domain/petition/petition.ts';
import {
  admitReview,
  approvedOpinion,
  closingRequested,
  concludedPetition,
  confirmClosing,
  confirmResolved,
  continued,
  declineReview,
  directory,
  draftedOpinion,
  endMediation,
  noon,
  officers,
  on,
  performedAgreement,
  proposedMediation,
  proposeMediation,
  quashedOpinion,
  rate,
  recheckServed,
  requestClosing,
  requestReview,
  returnClosing,
  reviewServed,
  servedOpinion,
  serveReview,
  signedAgreement,
  stateAfter,
  windowOver,
} from '../../support/builders.ts';
import { given } from '../../support/given.ts';

const late = { at: noon(windowOver) };

describe('asking for the closing (办结)', () => {
  it("waits until the petitioner's 30 days are over", () => {
    given(...servedOpinion)
      .when(requestClosing({ at: noon('2026-04-01') }))
      .thenRefused('not-the-step', { basis: 'R35' });
    given(...servedOpinion)
      .when(requestClosing(late))
      .thenTypes('ClosingRequested');
  });

  it('is possible at once when the petitioner says that no review is wanted', () =>
    given(...continued(servedOpinion, declineReview()))
      .when(requestClosing())
      .thenWaitsFor('closure/confirm-closing'));

  it('is not possible before the opinion is served', () =>
    given(...approvedOpinion)
      .when(requestClosing(late))
      .thenRefused('not-the-step'));

  it('waits for a mediation that is under way, and goes on when it has ended', () => {
    const mediated = continued(servedOpinion, proposeMediation());
    given(...mediated)
      .when(requestClosing(late))
      .thenRefused('not-the-step', { basis: 'M31' });
    given(...continued(mediated, endMediation()))
      .when(requestClosing(late))
      .thenTypes('ClosingRequested');
  });

  it('waits for a review that is under way, and goes on when it was not admitted', () => {
    const reviewed = continued(servedOpinion, requestReview());
    given(...reviewed)
      .when(requestClosing(late))
      .thenRefused('not-the-step', { basis: 'R35' });
    given(...continued(reviewed, admitReview({ admitted: false })))
      .when(requestClosing(late))
      .thenTypes('ClosingRequested');
  });

  it('waits for the 30 days of recheck after a review (Art. 36)', () => {
    const reviewed = continued(servedOpinion, ...on('2026-04-01', requestReview(), admitReview()));
    given(...reviewed)
      .when(requestClosing(late))
      .thenRefused('not-the-step');
    given(...reviewServed)
      .when(requestClosing({ at: noon('2026-04-01') }))
      .thenRefused('not-the-step', { basis: 'R36' });
    given(...reviewServed)
      .when(requestClosing(late))
      .thenTypes('ClosingRequested');
  });

  it('waits for nothing after recheck, which is final', () =>
    given(...recheckServed)
      .when(requestClosing())
      .thenTypes('ClosingRequested'));
});

describe('confirming the closing', () => {
  it('is done by a second person', () => {
    const own = continued(servedOpinion, requestClosing({ ...late, by: officers.officer }));
    given(...own)
      .when(confirmClosing(late))
      .thenRefused('own-proposal');
    given(...own)
      .when(returnClosing(late))
      .thenRefused('own-proposal');
    given(...own)
      .when(confirmClosing({ ...late, by: officers.secondOfficer }))
      .thenTypes('PetitionConcluded');
  });

  it('concludes the petition', () => {
    given(...closingRequested)
      .when(confirmClosing(late))
      .thenEvents({ type: 'PetitionConcluded', data: { on: windowOver, by: 'officer' } });
    given(...closingRequested)
      .when(confirmClosing(late))
      .thenWaitsFor();
  });

  it('is refused when a review was asked for meanwhile', () => {
    const asked = continued(servedOpinion, declineReview(), requestClosing(), requestReview());
    given(...asked)
      .when(confirmClosing())
      .thenRefused('not-the-step', { basis: 'R35' });
  });

  it('returned: the closing is asked for again, everything before still stands', () => {
    given(...closingRequested)
      .when(returnClosing(late))
      .thenWaitsFor('closure/request-closing');
    given(...continued(closingRequested, returnClosing(late)))
      .when(requestClosing(late))
      .thenWaitsFor('closure/confirm-closing');
  });
});

describe('the petitioner', () => {
  it('can decline review once there is something to be reviewed, once', () => {
    given(...draftedOpinion)
      .when(declineReview())
      .thenRefused('not-the-step');
    given(...continued(servedOpinion, declineReview()))
      .when(declineReview())
      .thenRefused('already-decided');
  });

  it('who declined may still change his mind within the 30 days', () =>
    given(...continued(servedOpinion, declineReview()))
      .when(requestReview())
      .thenState(({ reviewDeclined }) => expect(reviewDeclined).toBe(false)));

  it('who declined review of the opinion has not declined recheck', () => {
    const declinedMeanwhile = continued(reviewServed.slice(0, -1), declineReview(), serveReview());
    given(...declinedMeanwhile)
      .when(requestClosing())
      .thenRefused('not-the-step', { basis: 'R36' });
    given(...continued(reviewServed, declineReview()))
      .when(requestClosing())
      .thenTypes('ClosingRequested');
  });

  it('has nothing to decline of a quashed opinion or after recheck', () => {
    given(...quashedOpinion)
      .when(declineReview())
      .thenRefused('not-the-step');
    given(...recheckServed)
      .when(declineReview())
      .thenRefused('not-the-step');
  });

  it('rates once, after the opinion', () => {
    given(...approvedOpinion)
      .when(rate())
      .thenRefused('not-the-step');
    given(...servedOpinion)
      .when(rate({ comment: '及时' }))
      .thenEvents({
        type: 'PetitionRated',
        data: { petitionOffice: 'satisfied', organ: 'basically-satisfied', comment: '及时' },
      });
    given(...continued(servedOpinion, rate()))
      .when(rate())
      .thenRefused('already-decided');
  });
});

describe('化解 and 办结 are independent', () => {
  it('a dispute can be resolved before the petition is concluded', () =>
    given(...performedAgreement)
      .when(confirmResolved({ evidence: 'agreement-performed' }))
      .thenState((petition) => {
        expect(petition.resolvedOn).toBe('2026-03-02');
        expect(petition.concludedOn).toBeUndefined();
      }));

  it('a petition is concluded without its dispute being resolved', () =>
    given(...closingRequested)
      .when(confirmClosing(late))
      .thenState((petition) => {
        expect(statusOf(petition)).toBe('concluded');
        expect(petition.resolvedOn).toBeUndefined();
      }));

  it('a dispute can be resolved after the conclusion', () =>
    given(...concludedPetition)
      .when(confirmResolved(late))
      .thenTypes('DisputeResolved'));
});

describe('confirming that a dispute is resolved', () => {
  it.each(['receptionist', 'handler'] as const)('is not for the %s who handled it', (who) =>
    given(...servedOpinion)
      .when(confirmResolved({ by: officers[who] }))
      .thenRefused('own-proposal'),
  );

  it('is for no leader who approved who handles it, or what is answered; another leader, or one above, may', () => {
    const leader = (id: string, unit = officers.leader.unit) =>
      confirmResolved({ by: { ...officers.leader, id, unit } });
    const { approvedBy } = stateAfter(servedOpinion).opinions.at(-1) ?? {};
    expect(approvedBy).toBe(officers.leader.id);
    given(...servedOpinion)
      .when(leader(officers.leader.id))
      .thenRefused('own-proposal');
    const [assigner = ''] = stateAfter(servedOpinion).did.AssignmentApproved ?? [];
    given(...servedOpinion)
      .when(leader(assigner))
      .thenRefused('own-proposal');
    for (const unit of [officers.leader.unit, '622901'])
      given(...servedOpinion)
        .when(leader('another-leader', unit))
        .thenTypes('DisputeResolved');
    // The policy says the same: of a township with one leader the government above it may.
    const petition = stateAfter(servedOpinion);
    const decided = (id: string, unit: string) =>
      decideAccess({ id, name: '', unit, roles: ['leader'] }, 'ConfirmResolved', { petition }, directory).allowed;
    expect([decided('leader', '622901007'), decided('deputy', '622901007'), decided('mayor', '622901')]).toEqual([
      false,
      true,
      true,
    ]);
  });

  it('needs evidence that exists', () => {
    given(...signedAgreement)
      .when(confirmResolved({ evidence: 'agreement-performed' }))
      .thenRefused('rule-violated', { pointer: '/evidence' });
    given(...draftedOpinion)
      .when(confirmResolved({ evidence: 'opinion-performed' }))
      .thenRefused('rule-violated', { pointer: '/evidence' });
    given(...quashedOpinion)
      .when(confirmResolved({ evidence: 'opinion-performed' }))
      .thenRefused('rule-violated', { pointer: '/evidence' });
    given(...servedOpinion)
      .when(confirmResolved({ evidence: 'opinion-performed' }))
      .thenTypes('DisputeResolved');
  });

  it('needs something that could have resolved it, and happens once', () => {
    given(...servedOpinion.slice(0, 3))
      .when(confirmResolved())
      .thenRefused('not-the-step');
    for (const history of [proposedMediation, quashedOpinion])
      given(...history)
        .when(confirmResolved())
        .thenRefused('not-the-step');
    given(...performedAgreement)
      .when(confirmResolved())
      .thenTypes('DisputeResolved');
    given(...continued(servedOpinion, confirmResolved()))
      .when(confirmResolved())
      .thenRefused('already-decided');
  });
});
