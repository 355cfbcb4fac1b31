import { legalDay } from '../calendar/calendar.ts';
import { Refusal } from '../errors.ts';
import { type Deadline, startLimit } from '../limits.ts';
import { waitingSteps } from '../workflow/flow.ts';
import { endRound, openRound, settle } from '../workflow/progress.ts';
import { knownUnit, registered, requireStep } from './guards.ts';
import { promiseAgainstRemedies, promiseInFacts } from './remedies.ts';
import {
  type Context,
  deadlineOf,
  type Issued,
  type Mediation,
  type MediationParty,
  type Obligation,
  type Petition,
} from './state.ts';

export const markManners = ['signature', 'seal', 'fingerprint'] as const;
export type MarkManner = (typeof markManners)[number];

export interface AgreementContent {
  /** Main facts and what is in dispute (人民调解法 29). */
  readonly facts: string;
  readonly responsibility: string;
  readonly terms: string;
  readonly obligations: readonly Omit<Obligation, 'performedOn'>[];
}

export type MediationCommand = Issued &
  (
    | {
        readonly type: 'ProposeMediation';
        readonly committee: string;
        readonly mediator: string;
        readonly parties: readonly MediationParty[];
      }
    | { readonly type: 'RecordConsent'; readonly party: string; readonly consents: boolean; readonly statement: string }
    | {
        readonly type: 'MinuteSession';
        readonly heldOn: string;
        readonly place: string;
        readonly present: readonly string[];
        readonly minutes: string;
      }
    | { readonly type: 'DraftAgreement'; readonly content: AgreementContent }
    | { readonly type: 'MarkAgreement'; readonly mark: string; readonly manner: MarkManner; readonly on: string }
    | { readonly type: 'EndMediation'; readonly reason: string }
    | {
        readonly type: 'RecordPerformance';
        readonly obligation: string;
        readonly performedOn: string;
        readonly evidence: string;
      }
    | { readonly type: 'RecordConfirmationRequest'; readonly on: string; readonly court: string }
  );

export type MediationEvent =
  | {
      readonly type: 'MediationProposed';
      readonly data: {
        readonly committee: string;
        readonly mediator: string;
        readonly parties: readonly MediationParty[];
      };
    }
  | { readonly type: 'ConsentRecorded'; readonly data: { readonly party: string; readonly statement: string } }
  | {
      readonly type: 'MediationEnded';
      readonly data: {
        readonly ground: Ground;
        readonly party?: string;
        readonly reason: string;
        readonly remediesOpen: readonly string[];
        readonly basis: string;
      };
    }
  | {
      readonly type: 'SessionMinuted';
      readonly data: {
        readonly heldOn: string;
        readonly place: string;
        readonly present: readonly string[];
        readonly minutes: string;
      };
    }
  | { readonly type: 'AgreementDrafted'; readonly data: AgreementContent }
  | {
      readonly type: 'AgreementMarked';
      readonly data: { readonly mark: string; readonly manner: MarkManner; readonly on: string };
    }
  | {
      readonly type: 'AgreementSigned';
      readonly data: { readonly effectiveOn: string; readonly basis: 'M29'; readonly deadlines: readonly Deadline[] };
    }
  | {
      readonly type: 'ObligationPerformed';
      readonly data: { readonly obligation: string; readonly performedOn: string; readonly evidence: string };
    }
  | {
      readonly type: 'ConfirmationRequested';
      readonly data: { readonly on: string; readonly court: string; readonly basis: 'M33' };
    };

export const mediatorMark = 'mediator';
export const sealMark = 'committee-seal';
/** What stays open to the parties whatever the mediation brings (人民调解法 3, 26). */
const remediesOpen = ['arbitration', 'administrative', 'judicial', 'petition'] as const;

const current = (petition: Petition): Mediation => {
  const mediation = petition.mediations.at(-1);
  if (!mediation) throw new Refusal('not-the-step', 'No mediation has been proposed.');
  if (mediation.ended !== undefined)
    throw new Refusal('not-the-step', 'The mediation has ended; the matter goes on without it.');
  return mediation;
};

/** A party's id is free text: what an object has by nature is nobody's consent. */
const hasConsented = ({ consents }: Mediation, party: string): boolean =>
  Object.hasOwn(consents, party) && consents[party] === true;

const waits = (petition: Petition) => waitingSteps(petition.progress).find((each) => each.stage === 'mediation')?.step;

const groundBasis = { refused: 'M17', failed: 'M26', unperformed: 'M32' } as const;
type Ground = keyof typeof groundBasis;

const requireOpenMediation = (petition: Petition): void => {
  if (waits(petition) === undefined)
    throw new Refusal('already-decided', 'The agreement has been performed; there is nothing left to end.');
};

const ended = (ground: Ground, reason: string, party?: string): MediationEvent => ({
  type: 'MediationEnded',
  data: { ground, reason, remediesOpen, basis: groundBasis[ground], ...(party === undefined ? {} : { party }) },
});

/** Nothing of an agreement lies before the first session; a slip of the pen would cost the parties their days in court. */
const notBeforeSession = ({ firstHeldOn }: Mediation, day: string, pointer: string): void => {
  if (firstHeldOn === undefined || day >= firstHeldOn) return;
  throw new Refusal('rule-violated', `The first session was held on ${firstHeldOn}; this cannot lie before it.`, {
    pointer,
  });
};

const checkAgreement = (content: AgreementContent, mediation: Mediation): void => {
  const texts: [string, string][] = [
    ['/facts', content.facts],
    ['/responsibility', content.responsibility],
    ['/terms', content.terms],
    ...content.obligations.map(({ what }, index): [string, string] => [`/obligations/${String(index)}/what`, what]),
  ];
  for (const [pointer, text] of texts) {
    const promise = pointer === '/facts' ? promiseInFacts(text) : promiseAgainstRemedies(text);
    if (promise !== undefined) {
      throw new Refusal(
        'agreement-bars-remedies',
        `An agreement may not promise to give up suing or petitioning: "${promise}".`,
        { pointer, basis: 'M3(3)' },
      );
    }
  }
  const ids = new Set<string>();
  for (const [index, { id, party, due }] of content.obligations.entries()) {
    if (!mediation.parties.some((each) => each.id === party)) {
      throw new Refusal('rule-violated', `"${party}" is no party to this mediation.`, {
        pointer: `/obligations/${String(index)}/party`,
      });
    }
    notBeforeSession(mediation, due, `/obligations/${String(index)}/due`);
    if (ids.has(id))
      throw new Refusal('rule-violated', `The obligation "${id}" is there twice.`, {
        pointer: `/obligations/${String(index)}/id`,
      });
    ids.add(id);
  }
};

export const decideMediation = (
  command: MediationCommand,
  petition: Petition,
  { units, calendar }: Context,
): readonly MediationEvent[] => {
  registered(petition);
  switch (command.type) {
    case 'ProposeMediation': {
      if (petition.route?.purpose !== 'appeal') {
        throw new Refusal('rule-violated', 'Only appeals (申诉求决) are mediated.', { basis: 'R33' });
      }
      if (!petition.assignment?.approvedBy || petition.concludedOn !== undefined) {
        throw new Refusal(
          'not-the-step',
          'Mediation can be proposed once somebody is responsible, and until the matter is concluded.',
        );
      }
      const last = petition.mediations.at(-1);
      if (last && last.ended === undefined)
        throw new Refusal('already-decided', 'A mediation is under way or has led to an agreement.');
      knownUnit(units, command.committee, '/committee');
      if (units.get(command.committee)?.kind !== 'mediation-committee') {
        throw new Refusal(
          'rule-violated',
          'A mediation committee (人民调解委员会) mediates, and seals the agreement.',
          {
            pointer: '/committee',
            basis: 'M29',
          },
        );
      }
      if (petition.recused.includes(command.mediator)) {
        throw new Refusal('recused', 'The mediator named is recused from this petition.', {
          pointer: '/mediator',
          basis: 'R28',
        });
      }
      const { parties } = command;
      if (new Set(parties.map(({ id }) => id)).size < parties.length) {
        throw new Refusal('rule-violated', 'Every party has an id of its own.', { pointer: '/parties' });
      }
      if (parties.some(({ id }) => id === mediatorMark || id === sealMark)) {
        throw new Refusal('rule-violated', `"${mediatorMark}" and "${sealMark}" name marks, not parties.`, {
          pointer: '/parties',
        });
      }
      if (!parties.some(({ kind }) => kind === 'petitioner') || !parties.some(({ kind }) => kind === 'counterparty')) {
        throw new Refusal('rule-violated', 'A mediation needs the petitioner and at least one counterparty.', {
          pointer: '/parties',
          basis: 'R33',
        });
      }
      return [
        { type: 'MediationProposed', data: { committee: command.committee, mediator: command.mediator, parties } },
      ];
    }
    case 'RecordConsent': {
      const mediation = current(petition);
      requireStep(petition, 'mediation', 'consent');
      if (!mediation.parties.some(({ id }) => id === command.party)) {
        throw new Refusal('rule-violated', `"${command.party}" is no party to this mediation.`, { pointer: '/party' });
      }
      if (!command.consents) return [ended('refused', command.statement, command.party)];
      if (hasConsented(mediation, command.party))
        throw new Refusal('already-decided', 'This party has consented already.');
      return [{ type: 'ConsentRecorded', data: { party: command.party, statement: command.statement } }];
    }
    case 'MinuteSession':
      current(petition);
      if (waits(petition) !== 'sign') requireStep(petition, 'mediation', 'session');
      if (command.heldOn > legalDay(command.at)) {
        throw new Refusal('rule-violated', 'A session is minuted after it was held.', { pointer: '/heldOn' });
      }
      if (command.heldOn < (petition.acceptedOn ?? '')) {
        throw new Refusal(
          'rule-violated',
          `No session was held before the matter was accepted on ${petition.acceptedOn ?? ''}.`,
          {
            pointer: '/heldOn',
          },
        );
      }
      return [
        {
          type: 'SessionMinuted',
          data: { heldOn: command.heldOn, place: command.place, present: command.present, minutes: command.minutes },
        },
      ];
    case 'DraftAgreement': {
      const mediation = current(petition);
      requireStep(petition, 'mediation', 'sign');
      if ((mediation.agreement?.marks.length ?? 0) > 0) {
        throw new Refusal(
          'not-the-step',
          'The agreement bears marks already; a changed text would have to be signed anew by all. End this mediation and propose another.',
        );
      }
      checkAgreement(command.content, mediation);
      return [{ type: 'AgreementDrafted', data: command.content }];
    }
    case 'MarkAgreement': {
      const mediation = current(petition);
      requireStep(petition, 'mediation', 'sign');
      const { agreement } = mediation;
      if (!agreement) throw new Refusal('not-the-step', 'There is no agreement to sign yet.');
      const needed = [...mediation.parties.map(({ id }) => id), mediatorMark, sealMark];
      if (!needed.includes(command.mark)) {
        throw new Refusal(
          'rule-violated',
          `"${command.mark}" is neither a party, nor "${mediatorMark}", nor "${sealMark}".`,
          { pointer: '/mark' },
        );
      }
      if (agreement.marks.includes(command.mark)) throw new Refusal('already-decided', 'This mark is there already.');
      if (command.on > legalDay(command.at))
        throw new Refusal('rule-violated', 'Nobody signs in the future.', { pointer: '/on' });
      notBeforeSession(mediation, command.on, '/on');
      if (
        (command.mark === sealMark) !== (command.manner === 'seal') &&
        (command.mark === sealMark || command.mark === mediatorMark)
      ) {
        throw new Refusal('rule-violated', 'The mediator signs, and the committee sets its seal.', {
          pointer: '/manner',
          basis: 'M29',
        });
      }
      const marked: MediationEvent = {
        type: 'AgreementMarked',
        data: { mark: command.mark, manner: command.manner, on: command.on },
      };
      const complete = needed.every((mark) => mark === command.mark || agreement.marks.includes(mark));
      if (!complete) return [marked];
      // It takes effect on the day of the last mark, in whatever order the marks came into the file.
      const effectiveOn = [command.on, agreement.lastMarkOn ?? command.on].sort().at(-1) ?? command.on;
      const deadlines = [startLimit('judicial-confirmation', effectiveOn, calendar)];
      return [marked, { type: 'AgreementSigned', data: { effectiveOn, basis: 'M29', deadlines } }];
    }
    case 'EndMediation': {
      const mediation = current(petition);
      requireOpenMediation(petition);
      // An agreement in effect goes on binding the parties (M31); a dispute over it may go to the court (M32).
      return [ended(mediation.agreement?.effectiveOn === undefined ? 'failed' : 'unperformed', command.reason)];
    }
    case 'RecordPerformance': {
      const { agreement } = current(petition);
      if (agreement?.effectiveOn === undefined) throw new Refusal('not-the-step', 'There is no agreement in effect.');
      const obligation = agreement.obligations.find(({ id }) => id === command.obligation);
      if (!obligation)
        throw new Refusal('rule-violated', `The agreement has no obligation "${command.obligation}".`, {
          pointer: '/obligation',
        });
      if (obligation.performedOn !== undefined)
        throw new Refusal('already-decided', 'This obligation has been performed.');
      if (command.performedOn > legalDay(command.at))
        throw new Refusal('rule-violated', 'Performance is recorded when it has happened.', {
          pointer: '/performedOn',
        });
      notBeforeSession(current(petition), command.performedOn, '/performedOn');
      return [
        {
          type: 'ObligationPerformed',
          data: { obligation: command.obligation, performedOn: command.performedOn, evidence: command.evidence },
        },
      ];
    }
    case 'RecordConfirmationRequest': {
      const { agreement } = current(petition);
      if (agreement?.effectiveOn === undefined) throw new Refusal('not-the-step', 'There is no agreement in effect.');
      if (agreement.confirmationAppliedOn !== undefined)
        throw new Refusal('already-decided', 'The request to the court is recorded.');
      const due = deadlineOf(petition, 'judicial-confirmation')?.due;
      if (command.on < agreement.effectiveOn || command.on > legalDay(command.at)) {
        throw new Refusal('rule-violated', 'The day lies between the agreement taking effect and today.', {
          pointer: '/on',
        });
      }
      if (due !== undefined && command.on > due) {
        throw new Refusal('out-of-time', `The parties could jointly ask the court until ${due}.`, {
          pointer: '/on',
          basis: 'M33',
        });
      }
      return [{ type: 'ConfirmationRequested', data: { on: command.on, court: command.court, basis: 'M33' } }];
    }
  }
};

const withCurrent = (petition: Petition, change: (mediation: Mediation) => Mediation): Petition => {
  const mediation = petition.mediations.at(-1);
  return mediation ? { ...petition, mediations: [...petition.mediations.slice(0, -1), change(mediation)] } : petition;
};

export const evolveMediation = (petition: Petition, event: MediationEvent): Petition => {
  const { progress } = petition;
  switch (event.type) {
    case 'MediationProposed':
      return {
        ...petition,
        mediations: [...petition.mediations, { ...event.data, consents: {}, sessions: 0 }],
        progress: openRound(progress, 'mediation'),
      };
    case 'ConsentRecorded': {
      const next = withCurrent(petition, (each) => ({
        ...each,
        consents: { ...each.consents, [event.data.party]: true },
      }));
      const mediation = next.mediations.at(-1);
      const all = mediation?.parties.every(({ id }) => hasConsented(mediation, id)) ?? false;
      return all ? { ...next, progress: settle(progress, 'mediation', 'consent', { outcome: 'consented' }) } : next;
    }
    case 'MediationEnded': {
      const step = waits(petition) ?? 'perform';
      const next = withCurrent(petition, (each) => ({ ...each, ended: event.data.ground }));
      return { ...next, progress: endRound(settle(progress, 'mediation', step, { outcome: 'ended' }), 'mediation') };
    }
    case 'SessionMinuted': {
      const { heldOn } = event.data;
      const next = withCurrent(petition, (each) => {
        const firstHeldOn = each.firstHeldOn !== undefined && each.firstHeldOn < heldOn ? each.firstHeldOn : heldOn;
        return { ...each, sessions: each.sessions + 1, firstHeldOn };
      });
      return waits(petition) === 'session'
        ? { ...next, progress: settle(progress, 'mediation', 'session', { outcome: 'held' }) }
        : next;
    }
    case 'AgreementDrafted':
      return withCurrent(petition, (each) => ({
        ...each,
        agreement: { obligations: event.data.obligations, marks: [] },
      }));
    case 'AgreementMarked':
      return withCurrent(petition, (each) =>
        each.agreement
          ? {
              ...each,
              agreement: {
                ...each.agreement,
                marks: [...each.agreement.marks, event.data.mark],
                lastMarkOn: [event.data.on, each.agreement.lastMarkOn ?? event.data.on].sort().at(-1) ?? event.data.on,
              },
            }
          : each,
      );
    case 'AgreementSigned': {
      const next = withCurrent(petition, (each) =>
        each.agreement ? { ...each, agreement: { ...each.agreement, effectiveOn: event.data.effectiveOn } } : each,
      );
      const signed = settle(progress, 'mediation', 'sign', { outcome: 'effective' });
      const nothingToDo = next.mediations.at(-1)?.agreement?.obligations.length === 0;
      return {
        ...next,
        deadlines: [...petition.deadlines, ...event.data.deadlines],
        progress: nothingToDo
          ? endRound(settle(signed, 'mediation', 'perform', { outcome: 'performed' }), 'mediation')
          : signed,
      };
    }
    case 'ObligationPerformed': {
      const { obligation, performedOn } = event.data;
      const next = withCurrent(petition, (each) =>
        each.agreement
          ? {
              ...each,
              agreement: {
                ...each.agreement,
                obligations: each.agreement.obligations.map((one) =>
                  one.id === obligation ? { ...one, performedOn } : one,
                ),
              },
            }
          : each,
      );
      const all = next.mediations.at(-1)?.agreement?.obligations.every((one) => one.performedOn !== undefined) ?? false;
      return all
        ? {
            ...next,
            progress: endRound(settle(progress, 'mediation', 'perform', { outcome: 'performed' }), 'mediation'),
          }
        : next;
    }
    case 'ConfirmationRequested':
      return withCurrent(petition, (each) =>
        each.agreement ? { ...each, agreement: { ...each.agreement, confirmationAppliedOn: event.data.on } } : each,
      );
  }
};
