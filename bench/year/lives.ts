import { plusDays } from '../../domain/calendar/calendar.ts';
import type { UnitDirectory } from '../../domain/organisation/unit.ts';
import type { PetitionCommand } from '../../domain/petition/petition.ts';
import type { Path } from '../../domain/petition/routes.ts';
import type { RegistrationContent } from '../../domain/petition/state.ts';
import type { SessionCommand } from '../../domain/reception/session-state.ts';
import type { Chance } from './chance.ts';

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
export type Intent = DistributiveOmit<PetitionCommand, 'by' | 'at'>;
export type SessionIntent = DistributiveOmit<SessionCommand, 'by' | 'at'>;

/** Who does it: a role at a unit, or the petitioner by query code. */
export type Doer = { readonly role: string; readonly unit: string; readonly id?: string } | 'petitioner';

/** Something that happens to a petition on a day. */
export interface Turn {
  readonly day: string;
  readonly by: Doer;
  readonly intent: Intent;
  /** The unit that the action names, where the policy asks for it. */
  readonly named?: string;
  /** The part to which it happens, of a petition that was split. */
  readonly part?: string;
}

/** A petition's year, planned: what its desk registers, and what follows. */
export interface Life {
  readonly number: string;
  readonly desk: string;
  readonly day: string;
  readonly content: RegistrationContent;
  readonly turns: readonly Turn[];
}

/** A leader's reception day with the groups that come. */
export interface ReceptionDay {
  readonly id: string;
  readonly unit: string;
  readonly leader: string;
  /** Who takes over on the day. */
  readonly substitute?: string;
  /** Whether the desk noted him as there; each later note corrects the one before. */
  readonly noted: readonly boolean[];
  readonly day: string;
  readonly groups: readonly { readonly persons: number; readonly solved: boolean }[];
}

/** Where a desk's matters go: the organs that it can send them to, its leaders and its supervisors. */
export interface Place {
  readonly desk: string;
  readonly organs: readonly string[];
  readonly supervisor: string;
}

/** A campaign of the year, with batches, in which matters are enrolled. */
export const yearProgramme = 'SP-YEAR';
export const programmeUnit = '622900';
export const programmeBatches = 2;

const alphabet = '23456789ABCDEFGHJKMNPQRSTVWXYZ';

/** A number as the identifiers make them, but the same in every run. */
export const numbered = (unit: string, day: string, index: number): string => {
  const letters = Array.from({ length: 6 }, (_, place) => alphabet[Math.floor(index / 30 ** (5 - place)) % 30] ?? '2');
  return `${unit.split('-', 1)[0] ?? unit}-${day.replaceAll('-', '')}-${letters.join('')}`;
};

const channels = ['visit', 'visit', 'visit', 'letter', 'network', 'network', 'phone'] as const;
const categories = ['0101', '0201', '0202', '0301', '0302', '0401'];

const contentOf = (index: number, chance: Chance): RegistrationContent => {
  const channel = chance.of(channels);
  const person = { name: `信访人${String(index)}`, phone: `139${String(index).padStart(8, '0')}` };
  return {
    channel,
    source:
      channel === 'visit'
        ? chance.of(['window', 'leader-reception'] as const)
        : channel === 'letter'
          ? 'mail'
          : 'online',
    oral: channel === 'visit' && chance.is(0.3),
    petitioner: chance.is(0.12)
      ? { form: 'joint', representatives: [person], headcount: chance.between(2, 40) }
      : { form: 'individual', person },
    subject: chance.of(['征地补偿', '拖欠工资', '物业管理', '低保申请', '道路损坏']),
    requests: ['请求核实并答复', '请求依法处理'],
    facts: '反映的情况如实记录。',
  };
};

/** What becomes of a matter, by how often it does. */
const ways = [
  ['handled', 62],
  ['suggestion', 10],
  ['refused', 5],
  ['diverted', 5],
  ['accusation', 4],
  ['turned out an accusation', 1],
  ['objected', 4],
  ['transferred', 3],
  ['withdrawn', 2],
  ['reopened', 2],
  ['split', 1],
  ['not yet triaged', 1],
] as const;
type Way = (typeof ways)[number][0];

const wayOf = (chance: Chance): Way => {
  let left = chance.next() * ways.reduce((sum, [, weight]) => sum + weight, 0);
  for (const [way, weight] of ways) {
    left -= weight;
    if (left < 0) return way;
  }
  return 'handled';
};

export interface Planned {
  readonly index: number;
  readonly number: string;
  readonly day: string;
  readonly place: Place;
  /** Petitions registered before, some of which this one may repeat. */
  readonly earlier: readonly string[];
}

/** Plans one petition. Days run on beyond the year: what is open on its last day stays open. */
export const lifeOf = ({ index, number, day, place, earlier }: Planned, units: UnitDirectory, chance: Chance): Life => {
  const { desk, organs, supervisor } = place;
  const turns: Turn[] = [];
  let today = day;
  const wait = (least: number, most: number) => {
    today = plusDays(today, chance.between(least, most));
  };
  const turn = (by: Doer, intent: Intent, named?: string) =>
    turns.push({ day: today, by, intent, ...(named === undefined ? {} : { named }) });
  const office = { role: 'petition-officer', unit: units.triageOf(desk) };
  const way = wayOf(chance);
  const category = chance.of(categories);
  let organ = chance.of(organs);
  const handler = () => ({ role: 'handler', unit: organ });
  const leader = () => ({ role: 'leader', unit: units.leadershipOf(organ) });
  const served = () => ({ method: 'in-person', servedOn: today }) as const;

  if (chance.is(0.15) && earlier.length > 0) {
    const of = chance.of(earlier);
    turn(
      { role: 'receptionist', unit: desk },
      { type: 'LinkRepeat', earlier: of, found: 'earlier', reason: '同一人同一事项' },
    );
    if (chance.is(0.1))
      turn(
        { role: 'receptionist', unit: desk },
        { type: 'UnlinkRepeat', earlier: of, found: true, reason: '并非同一事项' },
      );
  }
  const content = contentOf(index, chance);
  const life = { number, desk, day, content, turns };
  if (way === 'not yet triaged') return life;

  const route = (purpose: 'appeal' | 'suggestion' | 'accusation', path: Path | undefined, to: string) => {
    const disposition = to === desk ? 'own' : purpose === 'appeal' && chance.is(0.3) ? 'hand-over' : 'forward';
    turn(office, {
      type: 'RoutePetition',
      purpose,
      ...(path === undefined ? {} : { path }),
      category,
      disposition,
      competentUnit: to,
      ...(disposition === 'hand-over' ? { reportDue: plusDays(today, 80) } : {}),
    });
  };
  wait(0, 9);
  if (way === 'split') {
    const part = number.replace(/-.(.{5})$/, '-U$1');
    turn(office, {
      type: 'SplitPetition',
      parts: [{ number: part, requests: [1], subject: '另一请求', facts: '如实记录。' }],
      reason: '涉及多个机关',
    });
    const other = chance.of(organs);
    const already = turns.length;
    route('appeal', 6, other);
    turn({ role: 'handler', unit: other }, { type: 'AcceptPetition' });
    for (const [index, each] of turns.entries()) if (index >= already) turns[index] = { ...each, part };
    route('appeal', 6, organ);
    return life;
  }
  if (way === 'accusation' || way === 'turned out an accusation') {
    if (way === 'turned out an accusation') {
      route('appeal', 6, organ);
      wait(1, 20);
      turn(office, { type: 'RetriagePetition', reason: '实为检举控告' });
    }
    route('accusation', undefined, disciplineOf(desk, units));
    return life;
  }
  if (way === 'withdrawn') {
    route('appeal', 6, organ);
    wait(1, 5);
    turn(
      { role: 'receptionist', unit: desk },
      { type: 'RequestWithdrawal', reason: '问题已解决', voluntariness: '单独询问，确认自愿' },
    );
    turn(office, { type: 'DecideWithdrawal', consented: true, reason: '出于自愿' });
    return life;
  }
  if (way === 'diverted') {
    route('appeal', 2, organ);
    wait(1, 12);
    turn(handler(), { type: 'DivertPetition', procedure: '劳动仲裁', organ: '仲裁委员会', remedy: '依法申请仲裁' });
    return life;
  }
  if (way === 'objected') {
    route('appeal', 6, organ);
    wait(0, 2);
    turn(handler(), { type: 'ObjectToRouting', reason: '不属于本机关职权' });
    wait(0, 3);
    turn({ ...office, id: 'second' }, { type: 'DecideObjection', agreed: true, reason: '核实后同意' });
    organ = chance.of(organs.filter((each) => each !== organ));
  }
  if (way === 'suggestion') route('suggestion', undefined, organ);
  else route('appeal', 6, organ);
  // What comes in writing is forwarded to the political-legal organ instead (Art. 22).
  if (way === 'refused' && content.channel === 'visit') {
    wait(1, 6);
    turn(handler(), { type: 'ProposeRefusal', ground: 'litigation', reason: '属诉讼事项', properPath: '人民法院' });
    wait(1, 3);
    turn(leader(), { type: 'ApproveRefusal' });
    return life;
  }

  // Now and then later than the 15 days of Art. 23.
  if (chance.is(0.07)) wait(17, 25);
  else wait(1, 13);
  turn(handler(), { type: 'AcceptPetition' });
  turn(handler(), { type: 'ServeNotice', notice: 'acceptance-1', service: served() }, organ);
  if (chance.is(0.08))
    turn(office, {
      type: 'EnrolMatter',
      programme: yearProgramme,
      ...(chance.is(0.7) ? { batch: chance.between(1, programmeBatches) } : {}),
      found: { unit: programmeUnit, running: true, batches: programmeBatches },
      reason: '列入专项',
    });
  const sponsor = chance.is(0.06) ? { role: 'leader', unit: units.leadershipOf(organ), id: 'sponsor' } : undefined;
  if (sponsor) {
    const proposer = { ...office, id: 'proposer' };
    turn(proposer, {
      type: 'ProposeSponsor',
      sponsor: `sponsor@${sponsor.unit}`,
      team: [],
      ground: 'prominent',
      reason: '突出问题',
      brought: 1,
      standing: 'unconfirmed',
    });
    turn({ role: 'leader', unit: units.leadershipOf(units.petitionOfficeOf(desk)) }, { type: 'ApproveSponsor' });
  }
  if (chance.is(0.03)) return life; // open still
  wait(1, 4);
  turn(handler(), { type: 'ProposeAssignment', leadUnit: organ, assistingUnits: [], reason: '由本机关办理' });
  wait(0, 3);
  turn(leader(), { type: 'ApproveAssignment' });
  turn(handler(), { type: 'AcknowledgeLeg', unit: organ }, organ);
  turn(handler(), { type: 'ReportIn', unit: organ, officer: `handler@${organ}` }, organ);
  if (way === 'transferred') {
    wait(2, 10);
    const to = chance.of(organs.filter((each) => each !== organ));
    turn(office, { type: 'TransferPetition', to, reason: '职能划转' });
    organ = to;
  }
  if (chance.is(0.04)) {
    turn(
      { role: 'supervisor', unit: supervisor },
      { type: 'OpenSupervision', ground: 'delay', against: organ, reason: '办理拖延' },
      organ,
    );
    const kind = chance.of(['improve-work', 'improve-policy', 'hold-responsible'] as const);
    turn(
      { role: 'supervisor', unit: supervisor },
      { type: 'ProposeMeasure', supervision: 1, kind, addressee: organ, text: '建议' },
      organ,
    );
    if (chance.is(0.8))
      turn(handler(), { type: 'GiveFeedback', supervision: 1, adopted: chance.is(0.7), text: '反馈' }, organ);
  }
  // Now and then later than the 60 days of Art. 34.
  if (chance.is(0.06)) wait(55, 80);
  else wait(5, 40);
  answer(way === 'suggestion');
  return life;

  function answer(suggestion: boolean): void {
    const result = suggestion ? 'adopted' : chance.of(['support', 'explain', 'not-support'] as const);
    turn(handler(), {
      type: 'DraftOpinion',
      content: {
        result,
        answers: ['经核实，答复如下。', '依法处理。'],
        facts: '经查。',
        reasons: '依据充分。',
        legalBasis: ['《信访工作条例》第三十二条'],
      },
    });
    wait(0, 2);
    turn(leader(), { type: 'ApproveOpinion' });
    turn(handler(), { type: 'ServeOpinion', service: served() });
    wait(0, 4);
    if (!suggestion && chance.is(0.55)) {
      const satisfaction = () => chance.of(['satisfied', 'satisfied', 'basically-satisfied', 'dissatisfied'] as const);
      turn('petitioner', { type: 'RatePetition', petitionOffice: satisfaction(), organ: satisfaction() });
    }
    if (!suggestion) {
      if (chance.is(0.7)) turn('petitioner', { type: 'DeclineReview' });
      else wait(36, 44);
    }
    turn(handler(), { type: 'RequestClosing', summary: '已答复', report: '办结报告' });
    wait(0, 3);
    turn({ ...office, id: 'closer' }, { type: 'ConfirmClosing' });
    if (sponsor && chance.is(0.5)) {
      const visit = { method: '入户', account: '认可处理结果' };
      turn(office, { type: 'RecordReturnVisit', on: today, result: 'resolved', ...visit });
      turn(handler(), { type: 'RequestResolution', evidence: ['return-visit'], account: '已办理' });
      turn(sponsor, { type: 'SignResolution' });
    }
    const signed = turns.some(({ intent }) => intent.type === 'SignResolution');
    if (sponsor ? signed : chance.is(0.5))
      turn(
        { ...office, id: 'visitor' },
        { type: 'ConfirmResolved', evidence: 'return-visit', account: '回访，认可。' },
      );
    if (way === 'reopened') {
      wait(5, 30);
      turn(leader(), { type: 'ReopenPetition', ground: 'error', reason: '事实有误' });
    }
  }
};

const disciplineOf = (desk: string, units: UnitDirectory): string => {
  for (let unit = units.get(desk); unit; unit = unit.parent === undefined ? undefined : units.get(unit.parent)) {
    for (const id of [`${unit.id}-jwjw`]) if (units.get(id)) return id;
  }
  throw new Error(`There is no discipline organ above ${desk}.`);
};
