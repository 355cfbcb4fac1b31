import { Refusal } from '../errors.ts';
import type { PetitionCommand, PetitionEvent } from '../petition/petition.ts';
import type { Petition } from '../petition/state.ts';
import type { Rota, RotaCommand } from '../reception/rota.ts';
import { legOf, type Whistle } from '../whistle/state.ts';
import type { Action } from './policy.ts';

type Persons = readonly (string | undefined)[];

/** What one person may not do after the other, in the same matter, whatever roles he has. */
interface Separation {
  /** The acts that come first. */
  readonly after: readonly Action[];
  /** Who did them, as the record says. @param item number of the supervision, proposal or access that is acted on */
  readonly by: (petition: Petition, item?: number) => Persons;
}

/** Everybody who ever did one of these. */
const everybodyOf =
  (...facts: readonly PetitionEvent['type'][]) =>
  ({ did }: Petition): Persons =>
    facts.flatMap((fact) => did[fact] ?? []);

/** What a supervision would look at, with the facts that it left. */
const work = {
  RoutePetition: 'PetitionRouted',
  ProposeRefusal: 'RefusalProposed',
  ProposeAssignment: 'AssignmentProposed',
  ApproveAssignment: 'AssignmentApproved',
  DraftOpinion: 'OpinionDrafted',
  ApproveOpinion: 'OpinionApproved',
  RequestExtension: 'ExtensionRequested',
  RequestClosing: 'ClosingRequested',
} as const satisfies Partial<Record<Action, PetitionEvent['type']>>;
const workActs = Object.keys(work) as readonly (keyof typeof work)[];
const workers = everybodyOf(...Object.values(work));
const drafters = everybodyOf('OpinionDrafted');

const assignment: Separation = { after: ['ProposeAssignment'], by: (petition) => [petition.assignment?.proposedBy] };
const refusal: Separation = { after: ['ProposeRefusal'], by: ({ intake }) => [intake.refusal?.by] };
const opinion: Separation = { after: ['DraftOpinion'], by: ({ opinions }) => [opinions.at(-1)?.draftedBy] };
const closing: Separation = {
  after: ['RequestClosing', 'DraftOpinion'],
  by: (petition) => [petition.closingRequestedBy, ...drafters(petition)],
};
const erasure: Separation = { after: ['ProposeErasure'], by: ({ keeping }) => [keeping.proposal?.by] };
const sponsor: Separation = { after: ['ProposeSponsor'], by: ({ sponsorship }) => [sponsorship.proposal?.by] };
/** Nor does he whom it is about take charge by his own word; to send it back is open to him. */
const takingCharge: Separation = {
  after: sponsor.after,
  by: ({ sponsorship: { proposal } }) => [proposal?.by, proposal?.sponsor],
};
const handled: Separation = {
  after: ['ProposeAssignment', 'DraftOpinion', 'RequestClosing', 'RequestResolution'],
  by: everybodyOf('AssignmentProposed', 'OpinionDrafted', 'ClosingRequested', 'ResolutionRequested'),
};
/**
 * Whoever approved how it is handled, or what it was answered, had a part in it too. What a leader said on a reception day, which
 * is noted on the matter, is none: he handed it on.
 */
const tookPart: Separation = {
  after: [...handled.after, 'ApproveAssignment', 'ApproveOpinion'],
  by: (petition) => [...handled.by(petition), ...everybodyOf('AssignmentApproved', 'OpinionApproved')(petition)],
};
const supervising: Separation = { after: workActs, by: workers };
/** Of the opinion that is reviewed; a review's own unit did not give it, but a person can have changed posts. */
const reviewing: Separation = {
  after: ['DraftOpinion', 'ApproveOpinion'],
  by: everybodyOf('OpinionDrafted', 'OpinionApproved'),
};

/**
 * Separation of duties (职责分离), all of it: by the second act, the first ones and who did them. The policy refuses with
 * it, the rules refuse with it, and worklists keep such persons from the step.
 */
export const separations: Readonly<Partial<Record<Action, Separation>>> = {
  ApproveAssignment: assignment,
  ReturnAssignment: assignment,
  ApproveRefusal: refusal,
  ReturnRefusal: refusal,
  ApproveOpinion: opinion,
  ReturnOpinion: opinion,
  ApproveErasure: erasure,
  ReturnErasure: erasure,
  DecideExtension: { after: ['RequestExtension'], by: ({ extensionRequest }) => [extensionRequest?.by] },
  DecideWithdrawal: { after: ['RequestWithdrawal'], by: ({ incidents }) => [incidents.withdrawal?.by] },
  ConfirmClosing: closing,
  ReturnClosing: closing,
  ConfirmResolved: {
    after: ['RegisterPetition', ...tookPart.after, 'SignResolution'],
    by: (petition) => [...tookPart.by(petition), ...everybodyOf('PetitionRegistered', 'ResolutionSigned')(petition)],
  },
  ApproveSponsor: takingCharge,
  ReturnSponsor: sponsor,
  // Nobody signs his own work. The sponsor answers for the matter: what he approved as its leader he may sign.
  SignResolution: handled,
  // Nor does anybody ask the petitioner about his own work.
  RecordReturnVisit: tookPart,
  AdmitReview: reviewing,
  DecideReview: reviewing,
  OpenSupervision: supervising,
  ProposeMeasure: supervising,
  RecordQualityCheck: supervising,
  CloseSupervision: {
    after: ['OpenSupervision', ...workActs],
    by: (petition, item = 0) => [petition.supervisions[item - 1]?.openedBy, ...workers(petition)],
  },
  DecideRecusal: {
    after: ['ProposeRecusal'],
    // Nor he whom it is about.
    by: ({ recusals }, item = 0) => [recusals.proposals[item - 1]?.by, recusals.proposals[item - 1]?.officer],
  },
  ReviewEmergencyAccess: {
    after: ['UseEmergencyAccess'],
    by: ({ emergencies }, item = 0) => [emergencies[item - 1]?.by],
  },
};

const whistleDraft = { after: ['DraftWhistle'], by: ({ drafters }: Whistle): Persons => drafters } as const;

/** The same of whistles, which are streams of their own. @param unit whose leg it is about */
export const whistleSeparations: Readonly<
  Partial<
    Record<
      Action,
      { readonly after: readonly Action[]; readonly by: (whistle: Whistle, unit: string | undefined) => Persons }
    >
  >
> = {
  ApproveWhistle: whistleDraft,
  ReturnWhistle: whistleDraft,
  // Of two minds were the department and he (Art. 24): the superior who rules is somebody else.
  DecideWhistleDispute: {
    after: ['AnswerWhistleObjection'],
    by: (whistle, unit) => [unit === undefined ? undefined : legOf(whistle, unit)?.objection?.answeredBy],
  },
};

/**
 * Of rotas: whose turn it is does not end it himself (Art. 18); his duty ends by a second person's word.
 * @throws Refusal
 */
export const requireSeparateFromRota = (
  { entry, by }: Pick<Extract<RotaCommand, { type: 'ReleaseLeader' }>, 'entry' | 'by'>,
  { entries }: Pick<Rota, 'entries'>,
): void => {
  if (entries[entry - 1]?.leader !== by.id) return;
  throw new Refusal('own-proposal', 'Nobody ends his own turns: somebody else does.', { basis: 'R18' });
};

/** Who may not do this to the whistle any more, because of what he did before. */
export const separatedFromWhistle = (action: Action, whistle: Whistle, unit?: string): readonly string[] =>
  whistleSeparations[action]?.by(whistle, unit).filter((person) => person !== undefined) ?? [];

/** Who may not do this any more, because of what he did before. */
export const separatedFrom = (action: Action, petition: Petition, item?: number): readonly string[] => [
  ...new Set(separations[action]?.by(petition, item).filter((person): person is string => person !== undefined) ?? []),
];

/** Which of several things of its kind a command is about. */
export const itemOf = (command: object): number | undefined => {
  const { supervision, access, proposal } = command as { supervision?: number; access?: number; proposal?: number };
  return supervision ?? access ?? proposal;
};

/** The rules' own check, beside the policy's. @throws Refusal */
export const requireSeparate = (command: PetitionCommand, petition: Petition): void => {
  const action = command.type as Action;
  if (!separatedFrom(action, petition, itemOf(command)).includes(command.by.id)) return;
  throw new Refusal('own-proposal', ownProposal(action));
};

/** Why. */
export const ownProposal = (action: Action): string =>
  `Whoever did one of these in this matter does not do this: ${(separations[action] ?? whistleSeparations[action])?.after.join(', ') ?? ''}.`;
