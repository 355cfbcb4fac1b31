import { describe, expect, it } from 'vitest';
import {
  type Action,
  decideAccess,
  type Officer,
  policy,
  type Role,
  roles,
  type Target,
} from '../../../domain/access/policy.ts';
import {
  continued,
  directory,
  officers,
  proposedAssignment,
  recuse,
  registeredPetition,
  reviewRequested,
  routedPetition,
  sealedPetition,
  servedOpinion,
  signedAgreement,
  stateAfter,
} from '../../support/builders.ts';

const officer = (role: string, unit: string, id = `${role}-1`): Officer => ({ id, name: '某某', unit, roles: [role] });
const at = (history: Parameters<typeof stateAfter>[0], more: Omit<Target, 'petition'> = {}): Target => ({
  petition: stateAfter(history),
  ...more,
});

/** For every action: one who may, on what, and who stands nearest to him and may not, and why. */
const table: Readonly<Record<Action, { may: Officer; on: Target; mayNot: readonly [Officer, string][] }>> = (() => {
  const desk = officer('receptionist', '622901007-zx');
  const office = officer('petition-officer', '622901007-zx');
  const handler = officer('handler', '622901-zrzy');
  const leader = officer('leader', '622901');
  const mediator = officer('mediator', '622901007-tw');
  const elsewhere = ({ roles: [role = ''] }: Officer, unit = '622901-zjj') => officer(role, unit);
  const wrongRole = ({ unit }: Officer) => officer('operator', unit);
  const entry = (may: Officer, on: Target, ...more: readonly [Officer, string][]) => ({
    may,
    on,
    mayNot: [[wrongRole(may), 'not-your-role'], ...more] as readonly [Officer, string][],
  });
  const onlyHere = (may: Officer, on: Target, unit?: string) =>
    entry(may, on, [elsewhere(may, unit), 'not-your-unit'], [officer('auditor', may.unit), 'not-your-role']);
  const atDesk = () => onlyHere(desk, at(registeredPetition));
  const routed = () => onlyHere(handler, at(routedPetition));
  const mediated = () => onlyHere(mediator, at(signedAgreement));
  const answered = () => onlyHere(handler, at(servedOpinion));
  const reviewed = () => onlyHere(officer('handler', '622901'), at(reviewRequested));
  const leg = () =>
    onlyHere(officer('handler', '622901-zjj'), at(servedOpinion, { named: '622901-zjj' }), '622901-sfj');
  const atSession = () => onlyHere(desk, { sessionUnit: '622901007-zx' });
  const nowhere = (may: Officer): [Officer, string] => [{ ...may, unit: 'nowhere' }, 'not-your-unit'];
  return {
    RegisterPetition: entry(desk, {}, nowhere(desk), [officer('handler', '622901007-zx'), 'not-your-role']),
    AmendRegistration: atDesk(),
    LinkRepeat: atDesk(),
    UnlinkRepeat: atDesk(),
    NoteInstruction: entry(leader, at(registeredPetition), nowhere(leader)),
    DeclareRecusal: entry(
      handler,
      at(routedPetition, { named: handler.id }),
      [officer('handler', '622901-zrzy', 'colleague'), 'not-your-unit'],
      [{ ...officer('handler', '622901-sfj'), id: handler.id }, 'not-your-unit'],
    ),
    RoutePetition: onlyHere(office, at(registeredPetition)),
    DecideObjection: onlyHere(office, at(routedPetition)),
    AcceptPetition: routed(),
    DivertPetition: routed(),
    ObjectToRouting: routed(),
    ProposeAssignment: routed(),
    ApproveAssignment: onlyHere(leader, at(proposedAssignment), '622901007'),
    ReturnAssignment: onlyHere(leader, at(proposedAssignment), '622901007'),
    AcknowledgeLeg: leg(),
    ReportIn: leg(),
    RecordLegOutcome: leg(),
    ProposeMediation: answered(),
    RecordConsent: mediated(),
    MinuteSession: mediated(),
    DraftAgreement: mediated(),
    MarkAgreement: mediated(),
    EndMediation: mediated(),
    RecordPerformance: mediated(),
    RecordConfirmationRequest: mediated(),
    DraftOpinion: answered(),
    ApproveOpinion: onlyHere(leader, at(servedOpinion), '6229'),
    ReturnOpinion: onlyHere(leader, at(servedOpinion), '6229'),
    ServeOpinion: answered(),
    RequestClosing: answered(),
    ConfirmClosing: onlyHere(office, at(servedOpinion)),
    ReturnClosing: onlyHere(office, at(servedOpinion)),
    ConfirmResolved: onlyHere(office, at(servedOpinion), '622901-jw'),
    RequestReview: onlyHere(desk, at(servedOpinion), '622901-jw'),
    AdmitReview: reviewed(),
    DecideReview: reviewed(),
    ServeReview: reviewed(),
    PublishSession: entry(desk, {}, nowhere(desk)),
    PreRegisterVisit: atSession(),
    CheckIn: atSession(),
    RecordVisit: atSession(),
    IssueInstruction: onlyHere(officer('leader', '622901007'), { sessionUnit: '622901007-zx' }, '622901-zjj'),
    RecordFollowUp: onlyHere(handler, { named: '622901-zrzy' }),
    ReadSessions: entry(desk, {}, nowhere(desk)),
    ReadPetition: entry(mediator, at(signedAgreement), [elsewhere(mediator, '622901-jw'), 'not-your-unit']),
    ReadHistory: entry(
      office,
      at(servedOpinion),
      [elsewhere(office, '622901-jw'), 'not-your-unit'],
      [desk, 'not-your-role'],
    ),
    ExportHistory: entry(
      officer('auditor', '622901'),
      at(servedOpinion),
      [officer('auditor', '622901-jw'), 'not-your-unit'],
      [officer('supervisor', '622901'), 'not-your-role'],
    ),
    FindPetitions: entry(desk, {}, nowhere(desk)),
    ReadUnitDay: entry(
      officer('auditor', '622901'),
      { named: '622901007' },
      [officer('auditor', '622901-zjj'), 'not-your-unit'],
      [officer('leader', '622901'), 'not-your-role'],
    ),
    Operate: {
      may: officer('operator', '622901'),
      on: {},
      mayNot: [
        [leader, 'not-your-role'],
        [officer('operator', 'nowhere'), 'not-your-unit'],
      ],
    },
  };
})();

const outcome = (who: Officer, action: Action, on: Target): string => {
  const decision = decideAccess(who, action, on, directory);
  return decision.allowed ? 'allowed' : decision.code;
};

describe('who may do what', () => {
  it('is said of every action, and of no other', () => {
    expect(Object.keys(table).sort()).toEqual(Object.keys(policy).sort());
  });

  it.each(Object.entries(table) as [Action, (typeof table)[Action]][])('%s', (action, { may, on, mayNot }) => {
    expect(outcome(may, action, on)).toBe('allowed');
    for (const [who, code] of mayNot)
      expect([who.roles, who.unit, outcome(who, action, on)]).toEqual([who.roles, who.unit, code]);
  });

  it('is nothing for somebody without a role, with an invented role, or out of no unit', () => {
    for (const [action, { may, on }] of Object.entries(table) as [Action, (typeof table)[Action]][]) {
      for (const who of [
        { ...may, roles: [] },
        { ...may, roles: ['administrator'] },
      ]) {
        expect(outcome(who, action, on)).toBe('not-your-role');
      }
      expect(outcome({ ...may, unit: 'nowhere' }, action, on)).not.toBe('allowed');
    }
  });

  it('tells under which of several roles somebody acts', () => {
    const both = { ...officer('handler', '622901007-zx'), roles: ['handler', 'petition-officer'] };
    expect(decideAccess(both, 'RoutePetition', at(registeredPetition), directory)).toEqual({
      allowed: true,
      role: 'petition-officer',
    });
  });

  it('is for nobody while the record does not say whose it is', () => {
    expect(outcome(officer('handler', '622901-zrzy'), 'AcceptPetition', at(registeredPetition))).toBe('not-the-step');
    expect(outcome(officer('mediator', '622901007-tw'), 'MarkAgreement', at(routedPetition))).toBe('not-the-step');
  });
});

describe('a proposed assignment', () => {
  it('concerns no department until it is approved', () => {
    const other = continued(proposedAssignment);
    for (const unit of ['622901-zjj', '622901-sfj']) {
      expect(outcome(officer('handler', unit), 'ReadPetition', at(other))).toBe('not-your-unit');
      expect(outcome(officer('handler', unit), 'ReadPetition', at(servedOpinion))).toBe('allowed');
    }
  });

  it('concerns no lead unit either until it is approved', () => {
    const petition = stateAfter(proposedAssignment);
    const assignment = { leadUnit: '622901-jw', assistingUnits: [], proposedBy: 'handler' };
    expect(outcome(officer('handler', '622901-jw'), 'ReadPetition', { petition: { ...petition, assignment } })).toBe(
      'not-your-unit',
    );
  });
});

describe('those who look after an area', () => {
  it.each(['supervisor', 'auditor', 'petition-officer'])('as %s see the petitions of it', (role) => {
    expect(outcome(officer(role, '622901-xfj'), 'ReadPetition', at(registeredPetition))).toBe('allowed');
    expect(outcome(officer(role, '6229-xfj'), 'ReadPetition', at(registeredPetition))).toBe('allowed');
    expect(outcome(officer(role, '622901-zjj'), 'ReadPetition', at(registeredPetition))).toBe('not-your-unit');
  });
});

describe('a sealed accusation (Art. 30)', () => {
  const everybody = roles.flatMap((role: Role) =>
    ['622901007-zx', '622901', '622901-xfj', '6229'].map((unit) => officer(role, unit)),
  );

  it('does not even exist for anybody but the organ it was handed to', () => {
    for (const who of everybody) {
      for (const action of Object.keys(policy) as Action[]) {
        expect(outcome(who, action, at(sealedPetition, { named: who.id }))).toBe('not-found');
      }
    }
    expect(outcome(officer('handler', '622901-jw'), 'ReadPetition', at(sealedPetition))).toBe('allowed');
  });
});

describe('a recused officer (Art. 28)', () => {
  it('acts on nothing and sees nothing of that petition', () => {
    const recused = at(continued(servedOpinion, recuse({ officer: officers.handler.id })), {
      named: officers.handler.id,
    });
    const who = { ...officer('handler', '622901-zrzy', officers.handler.id), roles: [...roles] };
    for (const action of Object.keys(policy) as Action[]) expect(outcome(who, action, recused)).toBe('recused');
    expect(outcome({ ...who, id: 'colleague' }, 'ServeOpinion', recused)).toBe('allowed');
  });
});
