import { Refusal } from '../errors.ts';
import type { Deadline } from '../limits.ts';
import { isDirectReceipt } from '../petition/direct-receipt.ts';
import { registered } from '../petition/guards.ts';
import { checkService, type Service } from '../petition/opinion.ts';
import type { PetitionEvent } from '../petition/petition.ts';
import { deadlineOf, type Issued, type Petition, personsOf, type Registration } from '../petition/state.ts';
import { isOutstanding, type Notice, type NoticeKind, noticeKinds } from './notice.ts';
import { type NoticeRule, noticeRules, type Owner } from './rules.ts';

export type NoticeCommand = Issued & {
  readonly type: 'ServeNotice';
  /** Id of the notice, e.g. `acceptance-1`. */
  readonly notice: string;
  readonly service: Service;
};

export type NoticeEvent = {
  readonly type: 'NoticeServed';
  readonly data: Service & { readonly notice: string };
};

/** A notice by its id. @throws Refusal when there is none */
export const noticeOf = (petition: Petition, id: string): Notice => {
  const notice = petition.notices.find((each) => each.id === id);
  if (!notice) throw new Refusal('not-found', `There is no notice "${id}".`);
  return notice;
};

export const decideNotice = (
  { notice: id, service, at }: NoticeCommand,
  petition: Petition,
): readonly NoticeEvent[] => {
  registered(petition);
  const notice = noticeOf(petition, id);
  const { servedBy } = noticeRules[notice.kind];
  if (notice.servedOn !== undefined) throw new Refusal('already-decided', `It was served on ${notice.servedOn}.`);
  if (notice.exception === 'sealed') {
    throw new Refusal(
      'rule-violated',
      'Notices of an accusation follow the rules of the organ that it was handed to.',
      {
        basis: 'R23',
      },
    );
  }
  if (notice.exception === 'replaced')
    throw new Refusal('not-the-step', 'This notice has lost its object; the next one tells what holds now.');
  if (servedBy !== undefined) {
    throw new Refusal(
      'rule-violated',
      `The service of this document starts a limit: record it as ${servedBy === 'OpinionServed' ? 'service of the opinion' : 'service of the review'}.`,
    );
  }
  checkService(service, notice.owedSince, at);
  if (service.method === 'left-with-witness' && service.reason === undefined) {
    throw new Refusal('rule-violated', 'Say why the document was left: nobody signed for it.', { pointer: '/reason' });
  }
  return [{ type: 'NoticeServed', data: { notice: id, ...service } }];
};

/** Art. 23 excepts written notice where name or address are unclear: read narrowly, as nowhere to send it or to call. */
const isReachable = (registration: Registration | undefined): boolean =>
  registration !== undefined &&
  personsOf(registration.petitioner).some(({ address, phone }) => address !== undefined || phone !== undefined);

const unitOf = (owner: Owner, petition: Petition): string | undefined => {
  const { registration, route, assignment, reviews, mediations } = petition;
  switch (owner) {
    // On direct receipt the organ itself sends it on and says where (Art. 23).
    case 'triaging-unit':
      return isDirectReceipt(petition) ? registration?.unit : undefined;
    case 'registering-unit':
      return registration?.unit;
    case 'petition-office':
      return undefined;
    case 'competent-unit':
      return route?.competentUnit;
    case 'handling-unit':
      return assignment?.approvedBy === undefined ? route?.competentUnit : assignment.leadUnit;
    case 'reviewing-unit':
      return reviews.at(-1)?.unit;
    case 'mediation-committee':
      return mediations.at(-1)?.committee;
  }
};

interface Owed {
  readonly kind: NoticeKind;
  readonly on: string;
  readonly unit: string | undefined;
  readonly served: boolean;
}

/** The notices that a fact makes due. @param after the petition with the fact */
const owedBy = (event: PetitionEvent, after: Petition): readonly Owed[] => {
  const data = event.data as never;
  return noticeKinds.flatMap((kind) =>
    noticeRules[kind].owedBy
      .filter(({ fact, when }) => fact === event.type && (when?.(data, after) ?? true))
      .map(({ on, unit, served }) => ({
        kind,
        on: on(data),
        unit: unit?.(data) ?? unitOf(noticeRules[kind].owner, after),
        served: served?.(data) ?? false,
      })),
  );
};

const isReplacedBy = ({ replacedBy = [] }: NoticeRule, event: PetitionEvent): boolean =>
  replacedBy.some(({ fact, when }) => fact === event.type && (when?.(event.data as never) ?? true));

/** Whoever inherits a matter inherits what is owed in it. */
const isMove = (event: PetitionEvent) => event.type === 'PetitionMoved' || event.type === 'PetitionTransferred';

/** Which kinds of notice a fact serves besides `NoticeServed`. */
const isServedBy = ({ kind }: Notice, event: PetitionEvent): boolean => noticeRules[kind].servedBy === event.type;

const serve = (notice: Notice, { method, servedOn, witness, reason }: Service): Notice => ({
  ...notice,
  method,
  servedOn,
  ...(witness === undefined ? {} : { witness }),
  ...(reason === undefined ? {} : { reason }),
});

/** The notices of a petition after a fact. @param after the petition with everything else that the fact changes */
export const evolveNotices = (after: Petition, event: PetitionEvent): readonly Notice[] => {
  const sealed = after.route?.purpose === 'accusation';
  const earlier = after.notices.map((notice): Notice => {
    if (event.type === 'NoticeServed' && event.data.notice === notice.id) return serve(notice, event.data);
    if (!isOutstanding(notice)) return notice;
    if ((event.type === 'OpinionServed' || event.type === 'ReviewServed') && isServedBy(notice, event))
      return serve(notice, event.data);
    if (sealed) return { ...notice, exception: 'sealed' };
    if (after.incidents.ended) return { ...notice, exception: 'replaced' };
    if (isMove(event) && notice.unit === event.data.from) return { ...notice, unit: event.data.to };
    return isReplacedBy(noticeRules[notice.kind], event) ? { ...notice, exception: 'replaced' } : notice;
  });
  const owed = owedBy(event, after).map(({ kind, on, unit, served }): Notice => {
    const ordinal = String(earlier.filter((each) => each.kind === kind).length + 1);
    const { word } = noticeRules[kind];
    const exception = sealed ? 'sealed' : served || isReachable(after.registration) ? undefined : 'unreachable';
    return {
      id: `${kind}-${ordinal}`,
      kind,
      number: `信${word}字〔${after.number}〕${ordinal}号`,
      owedSince: on,
      ...(unit === undefined ? {} : { unit }),
      ...(exception === undefined ? {} : { exception }),
      ...(served ? { method: 'in-person', servedOn: on } : {}),
    };
  });
  return owed.length === 0 && earlier.every((notice, index) => notice === after.notices[index])
    ? after.notices
    : [...earlier, ...owed];
};

/** Limits that ask for a notice and are met by the change from `before` to `after`: it was served, or none is owed. */
export const limitsMetByNotice = (before: readonly Notice[], after: readonly Notice[]) => {
  if (before === after) return [];
  const settled = (notice: Notice | undefined) =>
    notice !== undefined && (notice.servedOn !== undefined || notice.exception === 'unreachable');
  return after
    .filter((notice) => settled(notice) && !settled(before.find(({ id }) => id === notice.id)))
    .flatMap(({ kind }) => noticeRules[kind].meets ?? []);
};

/** The unit that owes a notice. */
export const unitOwing = (
  { unit }: Notice,
  { registration }: Petition,
  units: { petitionOfficeOf(id: string): string },
): string => unit ?? units.petitionOfficeOf(registration?.unit ?? '');

/** The last day on which a notice is served in time; undefined where no limit asks for it. */
export const noticeDue = ({ kind }: Notice, petition: Petition): string | undefined => {
  const { limit } = noticeRules[kind];
  if (limit === undefined) return undefined;
  if (limit === 'review-answer') return deadlineOf(petition, petition.reviews.at(-1)?.level ?? 'review')?.due;
  const own = limit === 'receipt' ? undefined : deadlineOf(petition, limit)?.due;
  // What was never sent to an organ is told within the days of whoever received it (Art. 22, 23).
  if (own !== undefined || (limit !== 'receipt' && limit !== 'notify')) return own;
  const first: readonly Deadline['limit'][] = ['forward', 'notify'];
  return petition.deadlines.find(
    (each) => first.includes(each.limit) && each.from === petition.registration?.receivedOn,
  )?.due;
};
