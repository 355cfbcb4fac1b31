import { legalDay } from '../calendar/calendar.ts';
import { Refusal } from '../errors.ts';
import { isOver } from '../limits.ts';
import { finalityOf } from './finality.ts';
import { type RefusalGround, refusalGrounds } from './intake-state.ts';
import type { Context, Petition } from './state.ts';

/** What the record says of the earlier petition that a refusal rests on. */
export interface LinkedMatter {
  readonly number: string;
  /** Accepted and neither answered nor ended, or under review. */
  readonly inProcess: boolean;
  /** No limit of its handling or review is over. */
  readonly withinLimit: boolean;
  /** Who handles it. */
  readonly unit?: string;
  readonly recheckFinished: boolean;
}

/** What a proposed refusal says. */
export interface RefusalDetails {
  readonly ground: RefusalGround;
  readonly reason: string;
  readonly properPath: string;
  /** The earlier petition, for `in-process` and `after-recheck`. */
  readonly earlier?: string;
  readonly linked?: LinkedMatter;
  /** For `visit-too-high`: the organ that can decide the matter. */
  readonly competentUnit?: string;
  /** For `litigation-terminated`: the document that terminated it. */
  readonly termination?: string;
  /** The details were checked when it was proposed; only what may have changed is looked at again. */
  readonly decided?: true;
}

/** Reads from an earlier petition what a refusal may rest on. @param at the instant of asking */
export const linkedMatter = (earlier: Petition, at: string): LinkedMatter => {
  const { number, acceptedOn, diverted, concludedOn, incidents, opinions, reviews, deadlines, assignment, route } =
    earlier;
  const review = reviews.at(-1);
  const opinion = opinions.at(-1);
  const answered = opinion?.servedOn !== undefined && !opinion.quashed;
  const underReview = review !== undefined && review.servedOn === undefined && review.admitted !== false;
  const ended = concludedOn !== undefined || diverted !== undefined || incidents.ended !== undefined;
  const unit = underReview
    ? review.unit
    : assignment?.approvedBy === undefined
      ? route?.competentUnit
      : assignment.leadUnit;
  const work = deadlines.filter(
    ({ limit, kind, done, state }) =>
      kind === 'duty' && !done && state !== 'stopped' && limit !== 'urgent-report' && limit !== 'dispute',
  );
  return {
    number,
    inProcess: acceptedOn !== undefined && !ended && (!answered || underReview),
    withinLimit: !work.some((each) => each.state === 'missed' || isOver(each, at)),
    ...(unit === undefined ? {} : { unit }),
    // The recheck of an opinion that was set aside later has finished nothing.
    recheckFinished: finalityOf(earlier, legalDay(at))?.ground === 'recheck',
  };
};

/** A visit goes at most to the level next above the competent organ's (Art. 20). */
const levelsTooHigh = 2;

/**
 * Does the ground hold?
 * @param step where it is proposed: by the desk that triages, or by the competent organ
 * @throws Refusal that cites the article
 */
export const checkGround = (
  details: RefusalDetails,
  petition: Petition,
  step: 'triage' | 'organ-answer',
  { units }: Context,
): void => {
  const { ground, earlier, linked, competentUnit, termination, decided } = details;
  const { basis } = refusalGrounds[ground];
  const refusal = (why: string, pointer = '/ground') => new Refusal('rule-violated', why, { pointer, basis });
  const registering = petition.registration?.unit ?? '';
  const { newFacts } = petition.intake;
  if (newFacts && (ground === 'after-recheck' || ground === 'in-process')) {
    if (step === 'triage')
      throw refusal(
        'The petitioner claims new facts or reasons: forward the matter; the competent organ decides whether they are new (Art. 36).',
      );
    if (newFacts.judged === undefined) throw refusal('Judge first whether the facts or reasons are new (Art. 36).');
    if (newFacts.judged === 'new')
      throw refusal('Your organ has found that facts or reasons are new: the matter is handled (Art. 36).');
  }
  if (ground === 'litigation' && petition.registration?.channel !== 'visit') {
    throw refusal(
      'Court and procuratorate matters that come in writing are forwarded to the political-legal organ of the same level; only visitors are guided there (Art. 22).',
    );
  }
  if (ground === 'visit-too-high' && !decided) {
    if (petition.registration?.channel !== 'visit') throw refusal('Only visits are bound to a level (Art. 20).');
    if (competentUnit === undefined || !units.get(competentUnit))
      throw refusal('Name the organ that can decide the matter (Art. 20).', '/competentUnit');
    const below = units.levelsBelow(competentUnit, registering) ?? 0;
    if (below < levelsTooHigh) {
      throw refusal(
        'The visit came to the competent organ’s own level or the next higher one, where it may come (Art. 20).',
        '/competentUnit',
      );
    }
  }
  if (ground === 'litigation-terminated' && !decided && termination === undefined) {
    throw refusal('Name the document by which the matter was lawfully terminated (Art. 31(1)).', '/termination');
  }
  if (ground !== 'in-process' && ground !== 'after-recheck') return;
  if (earlier === undefined || linked?.number !== earlier || !petition.repeats.includes(earlier))
    throw refusal(
      'Somebody first confirms by a repeat link that it is the same matter of the same person (Art. 19, 36).',
      '/earlier',
    );
  if (ground === 'after-recheck') {
    if (!linked.recheckFinished) throw refusal('The earlier matter’s recheck is not finished (Art. 36).', '/earlier');
    return;
  }
  if (!linked.inProcess)
    throw refusal('The earlier matter is neither accepted nor being handled any more (Art. 19).', '/earlier');
  if (!linked.withinLimit)
    throw refusal('The earlier matter is over its limit: its petitioner may turn upward (Art. 19).', '/earlier');
  if (linked.unit === undefined || !units.isSubordinate(linked.unit, registering))
    throw refusal(
      'Only a superior of the organ that handles the matter refuses it on this ground (Art. 19).',
      '/earlier',
    );
};
