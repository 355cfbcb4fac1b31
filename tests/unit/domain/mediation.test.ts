import { describe, expect, it } from 'vitest';
import {
  acceptedPetition,
  agreement,
  approvedAssignment,
  concludedPetition,
  confirmationRequest,
  consent,
  consentedMediation,
  continued,
  draftAgreement,
  draftedAgreement,
  endMediation,
  heldMediation,
  mark,
  minute,
  noon,
  officers,
  perform,
  performedAgreement,
  proposedMediation,
  proposeMediation,
  recuse,
  registeredPetition,
  route,
  signedAgreement,
  started,
} from '../../support/builders.ts';
import { given } from '../../support/given.ts';

const legs = ['622901-zrzy', '622901-zjj', '622901-sfj'].map((unit) => `assignment/report-in/${unit}`);
const zhang = { id: 'zhang', name: '张三', kind: 'petitioner' } as const;
const village = { id: 'village', name: '某村委会', kind: 'counterparty' } as const;

describe('proposing mediation', () => {
  it('waits for the consent of the parties, beside everything else', () =>
    given(...approvedAssignment)
      .when(proposeMediation())
      .thenWaitsFor(...legs, 'mediation/consent'));

  it('is possible once somebody is responsible', () => {
    given(...registeredPetition)
      .when(proposeMediation())
      .thenRefused('rule-violated', { basis: 'R33' });
    given(...acceptedPetition)
      .when(proposeMediation())
      .thenRefused('not-the-step');
    given(...concludedPetition)
      .when(proposeMediation())
      .thenRefused('not-the-step');
  });

  it('is for appeals only', () => {
    const { path: _, ...suggestion } = route({ purpose: 'suggestion' });
    given(...continued(registeredPetition, suggestion))
      .when(proposeMediation())
      .thenRefused('rule-violated', { basis: 'R33' });
  });

  it('needs both sides', () => {
    for (const parties of [[], [zhang], [village, { ...village, id: 'other' }]]) {
      given(...approvedAssignment)
        .when(proposeMediation({ parties }))
        .thenRefused('rule-violated', { pointer: '/parties', basis: 'R33' });
    }
  });

  it('needs distinct parties that are not called like marks', () => {
    for (const id of ['zhang', 'mediator', 'committee-seal']) {
      given(...approvedAssignment)
        .when(proposeMediation({ parties: [zhang, { ...village, id }] }))
        .thenRefused('rule-violated', { pointer: '/parties' });
    }
  });

  it('names a committee that exists and a mediator who is not recused', () => {
    given(...approvedAssignment)
      .when(proposeMediation({ committee: 'x' }))
      .thenRefused('unknown-unit', { pointer: '/committee' });
    given(...continued(approvedAssignment, recuse({ officer: 'mediator' })))
      .when(proposeMediation())
      .thenRefused('recused', { pointer: '/mediator', basis: 'R28' });
  });

  it('does not run twice at a time', () =>
    given(...proposedMediation)
      .when(proposeMediation())
      .thenRefused('already-decided'));
});

describe('consent (人民调解法 17)', () => {
  it('of one side is not enough', () =>
    given(...proposedMediation)
      .when(consent())
      .thenWaitsFor(...legs, 'mediation/consent'));

  it('of all sides lets the mediation begin', () =>
    given(...continued(proposedMediation, consent()))
      .when(consent({ party: 'village' }))
      .thenWaitsFor(...legs, 'mediation/session'));

  it('is given once, by parties', () => {
    given(...continued(proposedMediation, consent()))
      .when(consent())
      .thenRefused('already-decided');
    given(...proposedMediation)
      .when(consent({ party: 'neighbour' }))
      .thenRefused('rule-violated', { pointer: '/party' });
  });

  it.each(['constructor', 'toString', '__proto__', 'hasOwnProperty'])(
    'is not given by a party because it is called %s',
    (id) => {
      const proposed = continued(approvedAssignment, proposeMediation({ parties: [zhang, { ...village, id }] }));
      given(...proposed)
        .when(consent())
        .thenWaitsFor(...legs, 'mediation/consent');
      given(...continued(proposed, consent()))
        .when(consent({ party: id }))
        .thenWaitsFor(...legs, 'mediation/session');
    },
  );

  it('refused: the mediation ends, all remedies stay open and the petition goes on', () => {
    const refusal = consent({ party: 'village', consents: false, statement: '不同意调解' });
    given(...proposedMediation)
      .when(refusal)
      .thenEvents({
        type: 'MediationEnded',
        data: {
          ground: 'refused',
          reason: '不同意调解',
          remediesOpen: ['arbitration', 'administrative', 'judicial', 'petition'],
          basis: 'M17',
          party: 'village',
        },
      });
    given(...proposedMediation)
      .when(refusal)
      .thenWaitsFor(...legs);
    given(...continued(proposedMediation, refusal))
      .when(proposeMediation())
      .thenWaitsFor(...legs, 'mediation/consent');
  });

  it('can be taken back while others still think about it', () =>
    given(...continued(proposedMediation, consent()))
      .when(consent({ consents: false }))
      .thenTypes('MediationEnded'));
});

describe('sessions', () => {
  it('are minuted after they were held', () => {
    given(...consentedMediation)
      .when(minute({ heldOn: '2026-03-03' }))
      .thenRefused('rule-violated', { pointer: '/heldOn' });
    given(...consentedMediation)
      .when(minute())
      .thenWaitsFor(...legs, 'mediation/sign');
  });

  it('may follow one another until it is signed', () => {
    given(...heldMediation)
      .when(minute())
      .thenState(({ mediations }) => expect(mediations[0]?.sessions).toBe(2));
    given(...signedAgreement)
      .when(minute())
      .thenRefused('already-decided');
  });

  it('do not take place without consent', () =>
    given(...proposedMediation)
      .when(minute())
      .thenRefused('not-the-step'));
});

describe('an agreement', () => {
  it('binds parties of this mediation, each obligation once', () => {
    const [pay, clear] = agreement.obligations;
    if (!pay || !clear) throw new Error('two obligations');
    given(...heldMediation)
      .when(draftAgreement({ content: { ...agreement, obligations: [{ ...pay, party: 'neighbour' }] } }))
      .thenRefused('rule-violated', { pointer: '/obligations/0/party' });
    given(...heldMediation)
      .when(draftAgreement({ content: { ...agreement, obligations: [pay, { ...clear, id: 'pay' }] } }))
      .thenRefused('rule-violated', { pointer: '/obligations/1/id' });
  });

  it('can be redrafted until somebody has signed', () => {
    given(...draftedAgreement)
      .when(draftAgreement())
      .thenTypes('AgreementDrafted');
    given(...continued(draftedAgreement, mark()))
      .when(draftAgreement())
      .thenRefused('not-the-step');
  });

  it('is not in effect while a party has not signed', () => {
    const others = [mark(), mark({ mark: 'mediator' }), mark({ mark: 'committee-seal' })];
    given(...continued(draftedAgreement, ...others.slice(0, 2)))
      .when(mark({ mark: 'committee-seal' }))
      .thenTypes('AgreementMarked');
    given(...continued(draftedAgreement, ...others))
      .when(perform())
      .thenRefused('not-the-step');
  });

  it.each(['zhang', 'village', 'mediator', 'committee-seal'])('needs the mark of %s as much as the others', (last) => {
    const others = ['zhang', 'village', 'mediator', 'committee-seal'].filter((each) => each !== last);
    let history = draftedAgreement;
    for (const each of others) {
      given(...history)
        .when(mark({ mark: each }))
        .thenTypes('AgreementMarked');
      history = continued(history, mark({ mark: each }));
    }
    given(...history)
      .when(mark({ mark: last }))
      .thenTypes('AgreementMarked', 'AgreementSigned');
  });

  it('takes effect with the last mark and starts the 30 days of 人民调解法 33', () =>
    given(...continued(draftedAgreement, mark(), mark({ mark: 'village' }), mark({ mark: 'mediator' })))
      .when(mark({ mark: 'committee-seal', manner: 'seal' }))
      .thenEvents(
        { type: 'AgreementMarked', data: { mark: 'committee-seal', manner: 'seal', on: '2026-03-02' } },
        {
          type: 'AgreementSigned',
          data: {
            effectiveOn: '2026-03-02',
            basis: 'M29',
            deadlines: [started('judicial-confirmation', '2026-03-02', '2026-04-01')],
          },
        },
      ));

  it('takes effect on the day of the latest mark, though an earlier one comes into the file last', () => {
    const at = noon('2026-03-20');
    given(
      ...continued(
        draftedAgreement,
        mark({ at, on: '2026-03-18' }),
        mark({ at, mark: 'village', on: '2026-03-10' }),
        mark({ at, mark: 'mediator', on: '2026-03-10' }),
      ),
    )
      .when(mark({ at, mark: 'committee-seal', on: '2026-03-11' }))
      .thenState(({ mediations }) => expect(mediations[0]?.agreement?.effectiveOn).toBe('2026-03-18'));
  });

  it('is marked by whom it concerns, once, not in the future', () => {
    given(...draftedAgreement)
      .when(mark({ mark: 'neighbour' }))
      .thenRefused('rule-violated', { pointer: '/mark' });
    given(...continued(draftedAgreement, mark()))
      .when(mark())
      .thenRefused('already-decided');
    given(...draftedAgreement)
      .when(mark({ on: '2026-03-03' }))
      .thenRefused('rule-violated', { pointer: '/on' });
    given(...heldMediation)
      .when(mark())
      .thenRefused('not-the-step');
  });

  it('without obligations leaves nothing to perform', () => {
    const drafted = continued(heldMediation, draftAgreement({ content: { ...agreement, obligations: [] } }));
    const marked = continued(drafted, mark(), mark({ mark: 'village' }), mark({ mark: 'mediator' }));
    given(...marked)
      .when(mark({ mark: 'committee-seal' }))
      .thenWaitsFor(...legs);
  });
});

describe('performance', () => {
  it('is followed until every obligation is performed', () => {
    given(...signedAgreement)
      .when(perform())
      .thenWaitsFor(...legs, 'mediation/perform');
    given(...continued(signedAgreement, perform()))
      .when(perform({ obligation: 'clear' }))
      .thenWaitsFor(...legs);
  });

  it('is recorded once and not in advance', () => {
    given(...continued(signedAgreement, perform()))
      .when(perform())
      .thenRefused('already-decided');
    given(...signedAgreement)
      .when(perform({ performedOn: '2026-03-03' }))
      .thenRefused('rule-violated', { pointer: '/performedOn' });
    given(...signedAgreement)
      .when(perform({ obligation: 'x' }))
      .thenRefused('rule-violated', { pointer: '/obligation' });
  });

  it('that fails ends the mediation with the way to the court (人民调解法 32)', () =>
    given(...signedAgreement)
      .when(endMediation())
      .thenState(({ mediations }) => expect(mediations[0]).toMatchObject({ ended: 'unperformed' })));

  it('that is complete leaves nothing to end', () =>
    given(...performedAgreement)
      .when(endMediation())
      .thenRefused('already-decided'));
});

describe('ending a mediation', () => {
  it.each([
    ['before consent', proposedMediation],
    ['before the first session', consentedMediation],
    ['before an agreement', heldMediation],
    ['before the last mark', draftedAgreement],
  ])('is possible %s; the petition goes on', (_, history) =>
    given(...history)
      .when(endMediation())
      .thenWaitsFor(...legs),
  );

  it('is refused where there is none', () => {
    given(...approvedAssignment)
      .when(endMediation())
      .thenRefused('not-the-step');
    given(...continued(proposedMediation, endMediation()))
      .when(endMediation())
      .thenRefused('not-the-step');
  });
});

describe('joint request for judicial confirmation (人民调解法 33)', () => {
  it('is in time on the thirtieth day and not after', () => {
    const at = noon('2026-04-10');
    given(...signedAgreement)
      .when(confirmationRequest({ at, on: '2026-04-01' }))
      .thenTypes('ConfirmationRequested');
    given(...signedAgreement)
      .when(confirmationRequest({ at, on: '2026-04-02' }))
      .thenRefused('out-of-time', { basis: 'M33' });
  });

  it('comes after the agreement took effect, and once', () => {
    given(...signedAgreement)
      .when(confirmationRequest({ on: '2026-03-01' }))
      .thenRefused('rule-violated', { pointer: '/on' });
    given(...draftedAgreement)
      .when(confirmationRequest())
      .thenRefused('not-the-step');
    given(...continued(signedAgreement, confirmationRequest()))
      .when(confirmationRequest())
      .thenRefused('already-decided');
    given(...performedAgreement)
      .when(confirmationRequest({ by: officers.mediator }))
      .thenTypes('ConfirmationRequested');
  });
});
