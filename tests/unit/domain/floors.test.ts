import { describe, it } from 'vitest';
import {
  accept,
  acknowledge,
  after,
  agreement,
  amend,
  approve,
  confirmResolved,
  consent,
  content,
  continued,
  draftAgreement,
  firstDay,
  mark,
  minute,
  noon,
  officers,
  perform,
  propose,
  proposeMediation,
  register,
  reportIn,
  route,
} from '../../support/builders.ts';
import { given } from '../../support/given.ts';

const assigned = after(
  register(),
  route(),
  accept(),
  propose({ assistingUnits: [] }),
  approve(),
  acknowledge(),
  reportIn(),
);
const consented = continued(assigned, proposeMediation(), consent(), consent({ party: 'village' }));
const held = continued(consented, minute());
const drafted = continued(held, draftAgreement());
const marks = ['zhang', 'village', 'mediator', 'committee-seal'] as const;
const effective = continued(
  drafted,
  ...marks.map((each) => mark({ mark: each, manner: each === 'committee-seal' ? 'seal' : 'signature' })),
);

describe('no day lies before what it rests on', () => {
  it('a petition is received under the Regulation, which is in force since 2022-05-01', () => {
    given()
      .when(register({ receivedOn: '2022-04-30' }))
      .thenRefused('rule-violated', { pointer: '/receivedOn', basis: 'R50' });
    given()
      .when(register({ receivedOn: '2022-05-01' }))
      .thenTypes('PetitionRegistered');
  });

  it('a session is held after the matter was accepted', () => {
    given(...consented)
      .when(minute({ heldOn: '1990-01-01' }))
      .thenRefused('rule-violated', { pointer: '/heldOn' });
    given(...consented)
      .when(minute({ heldOn: firstDay }))
      .thenTypes('SessionMinuted');
  });

  it('a party signs after the first session, so that no slip of the pen costs the days in court', () => {
    given(...drafted)
      .when(mark({ on: '1990-01-02' }))
      .thenRefused('rule-violated', { pointer: '/on' });
  });

  it('an obligation is due after the first session', () => {
    const obligations = agreement.obligations.map((each) => ({ ...each, due: '1990-01-02' }));
    given(...held)
      .when(draftAgreement({ content: { ...agreement, obligations } }))
      .thenRefused('rule-violated', { pointer: '/obligations/0/due' });
  });

  it('performance is later than the first session', () => {
    given(...effective)
      .when(perform({ performedOn: '1980-01-01' }))
      .thenRefused('rule-violated', { pointer: '/performedOn' });
    given(...effective)
      .when(perform())
      .thenTypes('ObligationPerformed');
  });
});

describe('who seals and who signs (人民调解法 29)', () => {
  it('the committee sets its seal, the mediator signs', () => {
    given(...drafted)
      .when(mark({ mark: 'committee-seal', manner: 'fingerprint' }))
      .thenRefused('rule-violated', { pointer: '/manner' });
    given(...drafted)
      .when(mark({ mark: 'mediator', manner: 'seal' }))
      .thenRefused('rule-violated', { pointer: '/manner' });
    given(...drafted)
      .when(mark({ manner: 'seal' }))
      .thenTypes('AgreementMarked');
  });

  it('only a mediation committee mediates', () => {
    given(...assigned)
      .when(proposeMediation({ committee: '622901-zjj' }))
      .thenRefused('rule-violated', { pointer: '/committee' });
  });
});

describe('the facts of an agreement tell what happened', () => {
  const withFacts = (facts: string) => draftAgreement({ content: { ...agreement, facts } });
  it('a past is no promise', () => {
    given(...held)
      .when(withFacts('张三曾因停止信访而未获答复。'))
      .thenTypes('AgreementDrafted');
  });
  it('a promise stays one, also among the facts', () => {
    given(...held)
      .when(withFacts('张三承诺不再上访。'))
      .thenRefused('agreement-bars-remedies', { pointer: '/facts' });
    given(...held)
      .when(withFacts('张三今后不再为此事找任何部门。'))
      .thenRefused('agreement-bars-remedies');
  });
});

describe('small things that are no change', () => {
  it('an amendment says what it changes', () => {
    given(...after(register({ content })))
      .when(amend({ changes: {} }))
      .thenRefused('rule-violated', { pointer: '/changes' });
  });

  it('whoever proposed the assignment does not confirm that the dispute is resolved', () => {
    const by = { ...officers.handler, role: 'leader' };
    given(...effective)
      .when(confirmResolved({ by, at: noon(firstDay) }))
      .thenRefused('own-proposal');
  });
});
