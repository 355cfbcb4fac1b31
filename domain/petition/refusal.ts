import { isHeldAsAccusation } from '../access/sight.ts';
import { legalDay } from '../calendar/calendar.ts';
import { Refusal } from '../errors.ts';
import { waitingSteps } from '../workflow/flow.ts';
import { endRound, settle } from '../workflow/progress.ts';
import { noOpenDispute, noRefusalPending, registered } from './guards.ts';
import { type RefusalGround, type RefusalKind, refusalGrounds } from './intake-state.ts';
import { checkGround, type LinkedMatter, type RefusalDetails } from './refusal-grounds.ts';
import type { Context, Issued, Petition } from './state.ts';

export type RefusalCommand = Issued &
  (
    | ({ readonly type: 'ProposeRefusal' } & RefusalDetails)
    | { readonly type: 'ApproveRefusal'; readonly linked?: LinkedMatter }
    | { readonly type: 'ReturnRefusal'; readonly reason: string }
    | { readonly type: 'ClaimNewFacts'; readonly claim: string }
    | { readonly type: 'JudgeNewFacts'; readonly isNew: boolean; readonly reason: string }
  );

export type RefusalEvent =
  | {
      readonly type: 'RefusalProposed';
      readonly data: {
        readonly ground: RefusalGround;
        readonly kind: RefusalKind;
        readonly reason: string;
        /** Where the petitioner can turn instead. */
        readonly properPath: string;
        readonly unit: string;
        readonly earlier?: string;
        readonly competentUnit?: string;
        readonly termination?: string;
        readonly by: string;
        readonly basis: string;
      };
    }
  | {
      readonly type: 'RefusalApproved';
      readonly data: {
        readonly ground: RefusalGround;
        readonly kind: RefusalKind;
        readonly unit: string;
        readonly on: string;
        readonly by: string;
        readonly basis: string;
        /** Registered, but it counts in no assessment (Art. 39). */
        readonly notAssessed: true;
      };
    }
  | { readonly type: 'RefusalReturned'; readonly data: { readonly by: string; readonly reason: string } }
  | { readonly type: 'NewFactsClaimed'; readonly data: { readonly claim: string; readonly by: string } }
  | {
      readonly type: 'NewFactsJudged';
      readonly data: {
        readonly isNew: boolean;
        readonly reason: string;
        readonly unit: string;
        readonly by: string;
        readonly basis: 'R36';
      };
    };

/** The step of intake at which the matter waits. */
const intakeStep = ({ progress }: Petition): string | undefined =>
  waitingSteps(progress).find(({ stage }) => stage === 'intake')?.step;

const pending = (petition: Petition) => {
  const { refusal } = petition.intake;
  if (!refusal) throw new Refusal('not-the-step', 'No refusal has been proposed.');
  if (refusal.approvedOn !== undefined) throw new Refusal('already-decided', 'The refusal has been decided.');
  return refusal;
};

/**
 * 不予受理 on three grounds and 不再受理 on two, and on no other (Art. 19, 20, 22, 31(1), 36): proposed by whoever triages or
 * by the competent organ, decided by a leader who is somebody else. The matter stays registered. @throws Refusal
 */
export const decideRefusal = (
  command: RefusalCommand,
  petition: Petition,
  context: Context,
): readonly RefusalEvent[] => {
  const registration = registered(petition);
  const by = command.by.id;
  const { newFacts } = petition.intake;
  switch (command.type) {
    case 'ProposeRefusal': {
      noRefusalPending(petition);
      noOpenDispute(petition);
      if (isHeldAsAccusation(petition))
        throw new Refusal(
          'sealed',
          'It was brought as an accusation, which no leader sees: route it to its organ, or amend first that it is none (Art. 30).',
          { basis: 'R30' },
        );
      const step = intakeStep(petition);
      if (step !== 'triage' && step !== 'organ-answer') {
        throw new Refusal('not-the-step', 'A matter is refused before it is accepted, or not at all.', {
          basis: refusalGrounds[command.ground].basis,
        });
      }
      const unit =
        step === 'triage' ? context.units.triageOf(registration.unit) : (petition.route?.competentUnit ?? '');
      if (step === 'triage' && command.by.role !== 'petition-officer')
        throw new Refusal('not-your-role', 'Before it is routed, a refusal is proposed by: petition-officer.');
      if (command.by.unit !== unit)
        throw new Refusal('not-your-unit', 'A refusal is proposed by whoever has the matter now.');
      checkGround(command, petition, step, context);
      const { ground, reason, properPath, earlier, competentUnit, termination } = command;
      const { kind, basis } = refusalGrounds[ground];
      return [
        {
          type: 'RefusalProposed',
          data: {
            ground,
            kind,
            reason,
            properPath,
            unit,
            ...(earlier === undefined ? {} : { earlier }),
            ...(competentUnit === undefined ? {} : { competentUnit }),
            ...(termination === undefined ? {} : { termination }),
            by,
            basis,
          },
        },
      ];
    }
    case 'ApproveRefusal':
    case 'ReturnRefusal': {
      const { ground, kind, unit, earlier } = pending(petition);
      if (command.type === 'ReturnRefusal') return [{ type: 'RefusalReturned', data: { by, reason: command.reason } }];
      const step = intakeStep(petition) === 'organ-answer' ? 'organ-answer' : 'triage';
      // What the ground rests on may have changed since it was proposed.
      checkGround(
        {
          ground,
          reason: '',
          properPath: '',
          decided: true,
          ...(earlier === undefined ? {} : { earlier }),
          ...(command.linked ? { linked: command.linked } : {}),
        },
        petition,
        step,
        context,
      );
      return [
        {
          type: 'RefusalApproved',
          data: {
            ground,
            kind,
            unit,
            on: legalDay(command.at),
            by,
            basis: refusalGrounds[ground].basis,
            notAssessed: true,
          },
        },
      ];
    }
    case 'ClaimNewFacts':
      if (newFacts)
        throw new Refusal('already-decided', 'The claim of new facts or reasons is recorded.', { basis: 'R36' });
      if (intakeStep(petition) === undefined)
        throw new Refusal('not-the-step', 'New facts are claimed before the matter is accepted or refused.', {
          basis: 'R36',
        });
      return [{ type: 'NewFactsClaimed', data: { claim: command.claim, by } }];
    case 'JudgeNewFacts':
      if (!newFacts)
        throw new Refusal('not-the-step', 'The petitioner claims no new facts or reasons.', { basis: 'R36' });
      if (newFacts.judged !== undefined)
        throw new Refusal('already-decided', 'Your organ has judged the new facts already.', { basis: 'R36' });
      if (intakeStep(petition) !== 'organ-answer')
        throw new Refusal('not-the-step', 'The competent organ judges new facts once it has the matter.', {
          basis: 'R36',
        });
      return [
        {
          type: 'NewFactsJudged',
          data: { isNew: command.isNew, reason: command.reason, unit: command.by.unit, by, basis: 'R36' },
        },
      ];
  }
};

export const evolveRefusal = (petition: Petition, event: RefusalEvent): Petition => {
  const { intake } = petition;
  switch (event.type) {
    case 'RefusalProposed': {
      const { ground, kind, unit, by, earlier } = event.data;
      const refusal = { ground, kind, unit, by, ...(earlier === undefined ? {} : { earlier }) };
      return { ...petition, intake: { ...intake, refusal, refusals: intake.refusals + 1 } };
    }
    case 'RefusalApproved': {
      const step = intakeStep(petition) ?? 'triage';
      return {
        ...petition,
        intake: { ...intake, ...(intake.refusal ? { refusal: { ...intake.refusal, approvedOn: event.data.on } } : {}) },
        progress: endRound(settle(petition.progress, 'intake', step, { outcome: 'refused' }), 'intake'),
      };
    }
    case 'RefusalReturned': {
      const { refusal: _returned, ...rest } = intake;
      return { ...petition, intake: rest };
    }
    case 'NewFactsClaimed':
      return { ...petition, intake: { ...intake, newFacts: {} } };
    case 'NewFactsJudged':
      return { ...petition, intake: { ...intake, newFacts: { judged: event.data.isNew ? 'new' : 'not-new' } } };
  }
};
