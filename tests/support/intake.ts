import type { Configuration } from '../../domain/configuration.ts';
import { type Unit, UnitDirectory } from '../../domain/organisation/unit.ts';
import { decide, evolve, type PetitionCommand, type PetitionEvent } from '../../domain/petition/petition.ts';
import type { LinkedMatter } from '../../domain/petition/refusal-grounds.ts';
import type { Context } from '../../domain/petition/state.ts';
import type { EventActor } from '../../domain/ports.ts';
import { firstDay, noon, officers, rules, stateAfter, units } from './builders.ts';

/** The rules with other units (over those of the same id) or another configuration. */
export const rulesWith = (more: readonly Unit[], configuration: Partial<Configuration> = {}): Context => ({
  ...rules,
  units: new UnitDirectory([...units.filter(({ id }) => !more.some((each) => each.id === id)), ...more]),
  configuration: { ...rules.configuration, ...configuration },
});

/** A history and what further commands add to it, under these rules. */
export const continuedIn = (
  context: Context,
  history: readonly PetitionEvent[],
  ...commands: readonly PetitionCommand[]
): PetitionEvent[] => {
  const events = [...history];
  let state = stateAfter(events);
  for (const command of commands) {
    for (const event of decide(command, state, context)) {
      events.push(event);
      state = evolve(state, event);
    }
  }
  return events;
};

type Of<T extends PetitionCommand['type']> = Extract<PetitionCommand, { type: T }>;
type Without<C> = C extends unknown ? Omit<C, 'by' | 'at' | 'type'> : never;

/** A command at noon of a day, by somebody. */
export const command = <T extends PetitionCommand['type']>(
  type: T,
  by: EventActor,
  content: Without<Of<T>>,
  day = firstDay,
): Of<T> => ({ type, by, at: noon(day), ...content }) as unknown as Of<T>;

const at = (role: string, unit: string): EventActor => ({ id: `${role}-${unit}`, unit, role });

export const people = {
  ...officers,
  townshipLeader: at('leader', '622901007'),
  countyOfficer: at('petition-officer', '622901-xfj'),
  prefectureOfficer: at('petition-officer', '6229-xfj'),
  landOfficer: at('petition-officer', '622901-zrzy'),
  landLeader: at('leader', '622901-zrzy'),
  housingHandler: at('handler', '622901-zjj'),
} as const;

/** The written notice that acceptance owes, handed over. */
export const serveAcceptance = (by: EventActor = people.handler, day = firstDay) =>
  command('ServeNotice', by, { notice: 'acceptance-1', service: { method: 'in-person', servedOn: day } }, day);
export const redirect = (content: Partial<Without<Of<'RedirectPetition'>>> = {}, by: EventActor = people.landOfficer) =>
  command('RedirectPetition', by, { organ: '市人民法院', reason: '不属于本系统', onTheSpot: false, ...content });
export const referDispute = (organs: readonly string[] = ['622901-zrzy', '622901-zjj'], day = firstDay) =>
  command('ReferDispute', people.officer, { organs, account: '协商未果' }, day);
export const decideDispute = (competentUnit = '622901-zjj', day = firstDay) =>
  command('DecideDispute', people.leader, { competentUnit, reason: '职责所在' }, day);
export const retriage = (day = firstDay) => command('RetriagePetition', people.officer, { reason: '分类有误' }, day);
export const flagUrgent = (at = noon(firstDay)): PetitionCommand => ({
  ...command('FlagUrgent', people.handler, { reason: '可能造成社会影响' }),
  at,
});
export const proposeRefusal = (
  content: Partial<Without<Of<'ProposeRefusal'>>> = {},
  by: EventActor = people.officer,
  day = firstDay,
) =>
  command(
    'ProposeRefusal',
    by,
    { ground: 'litigation', reason: '属于审判机关职权', properPath: '市人民法院', ...content },
    day,
  );
export const approveRefusal = (linked?: LinkedMatter, by: EventActor = people.townshipLeader) =>
  command('ApproveRefusal', by, linked ? { linked } : {});
export const claimNewFacts = () => command('ClaimNewFacts', people.receptionist, { claim: '新的测量报告' });
