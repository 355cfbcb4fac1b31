import { legalDay } from '../calendar/calendar.ts';
import { Refusal } from '../errors.ts';
import { registered } from './guards.ts';
import type { Issued, Petition } from './state.ts';

/** 疏导教育、矛盾化解、社会救助、司法救助、其他帮扶 (Art. 37). */
export const supportKinds = [
  'counselling',
  'dispute-resolution',
  'social-assistance',
  'judicial-assistance',
  'other-help',
] as const;

export type SupportCommand = Issued & {
  readonly type: 'RecordSupport';
  readonly kind: (typeof supportKinds)[number];
  readonly on?: string;
  readonly account: string;
};

export interface SupportEvent {
  readonly type: 'SupportRecorded';
  readonly data: {
    readonly kind: (typeof supportKinds)[number];
    readonly unit: string;
    readonly on: string;
    readonly account: string;
    readonly basis: 'R37';
  };
}

/** Support is owed whatever has become of the matter: no step, no limit and no finality stands against it (Art. 37). */
export const decideSupport = (command: SupportCommand, petition: Petition): readonly SupportEvent[] => {
  registered(petition);
  const today = legalDay(command.at);
  const on = command.on ?? today;
  if (on > today) throw new Refusal('rule-violated', 'Support is recorded when it has been given.', { pointer: '/on' });
  const { kind, account } = command;
  return [{ type: 'SupportRecorded', data: { kind, unit: command.by.unit, on, account, basis: 'R37' } }];
};

export const evolveSupport = (petition: Petition, { data: { kind, unit, on } }: SupportEvent): Petition => ({
  ...petition,
  incidents: { ...petition.incidents, support: [...petition.incidents.support, { kind, unit, on }] },
});
