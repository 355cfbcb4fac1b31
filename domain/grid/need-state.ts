import { Refusal } from '../errors.ts';
import type { Consent } from '../petition/origin.ts';
import type { Issued, Petitioner } from '../petition/state.ts';
import type { Grid, GridVersion } from './grid.ts';
import type { Service, ServicePlan } from './services.ts';

/** What one net is for: seven fields of service and administration, one worker for all of them (一网统管). */
export const needDomains = ['党建', '政法', '民政', '城管', '市场监管', '卫生健康', '应急管理'] as const;

/** What a worker found in the grid. No field for a name, a diagnosis or a judgement of a person: there is nothing to fill in. */
export interface NeedReport {
  readonly domain: (typeof needDomains)[number];
  readonly need: string;
  /** Persons concerned. */
  readonly count: number;
  readonly location: string;
  /** Legal day on which the worker saw it; a phone without a net reports later. */
  readonly reportedOn: string;
}

/** A need (需求) that a grid worker reported. */
export interface Need {
  readonly id: string;
  readonly version: number;
  readonly unit?: string;
  readonly report?: NeedReport;
  /** The grid as it was drawn on the day of the report. */
  readonly grid?: { readonly code: string } & GridVersion;
  readonly services: readonly Service[];
  /** Missed days that the village has still to look into. */
  readonly unexplained: readonly string[];
  /** Met on the spot (就地解决): never a petition, no clock. */
  readonly resolved?: { readonly how: string; readonly on: string };
  readonly promoted?: { readonly petition: string; readonly on: string };
  /** Its key was destroyed on this day, for itself or with the petition that it became. */
  readonly erasedOn?: string;
}

export type NeedCommand = Issued &
  (
    | ({
        readonly type: 'ReportNeed';
        readonly id: string;
        /** The grid, as the record has it. */
        readonly grid: Grid;
      } & NeedReport)
    | { readonly type: 'ResolveLocally'; readonly how: string; readonly resolvedOn: string }
    | {
        readonly type: 'DecideServices';
        readonly decision: string;
        readonly decidedOn: string;
        readonly services: readonly ServicePlan[];
      }
    | {
        readonly type: 'RecordServices';
        readonly day: string;
        readonly done: readonly number[];
        readonly missed: readonly { readonly service: number; readonly reason: string }[];
      }
    | { readonly type: 'ExplainMissed'; readonly day: string; readonly account: string }
    | {
        readonly type: 'EndServices';
        readonly services: readonly number[];
        readonly lastDay: string;
        readonly reason: string;
      }
    | { readonly type: 'SweepServices' }
    | {
        readonly type: 'PromoteNeed';
        readonly petition: string;
        readonly petitioner: Petitioner;
        readonly consent?: Consent;
      }
  );

export type NeedEvent =
  | {
      readonly type: 'NeedReported';
      readonly data: {
        readonly id: string;
        readonly unit: string;
        readonly grid: { readonly code: string } & GridVersion;
        readonly report: NeedReport;
      };
    }
  | { readonly type: 'NeedResolvedLocally'; readonly data: { readonly how: string; readonly on: string } }
  | {
      readonly type: 'ServicesDecided';
      readonly data: {
        readonly decision: string;
        readonly decidedOn: string;
        readonly services: readonly ({ readonly service: number } & ServicePlan)[];
      };
    }
  | {
      readonly type: 'ServicesRecorded';
      readonly data: {
        readonly day: string;
        readonly done: readonly number[];
        readonly missed: readonly { readonly service: number; readonly reason: string }[];
      };
    }
  | {
      readonly type: 'ServicesMissed';
      readonly data: { readonly day: string; readonly services: readonly number[] };
    }
  | { readonly type: 'MissedExplained'; readonly data: { readonly day: string; readonly account: string } }
  | {
      readonly type: 'ServicesEnded';
      readonly data: { readonly services: readonly number[]; readonly lastDay: string; readonly reason: string };
    }
  | {
      readonly type: 'NeedPromoted';
      readonly data: { readonly petition: string; readonly on: string; readonly consent: Consent };
    }
  | { readonly type: 'NeedErased'; readonly data: { readonly on: string; readonly basis: 'P47' } };

export const initialNeed: Need = { id: '', version: 0, services: [], unexplained: [] };

/** @throws Refusal where nothing was reported under that number */
export const reported = (need: Need): NeedReport => {
  if (!need.report) throw new Refusal('not-found', 'There is no such report.');
  return need.report;
};

/** @throws Refusal for a day before the report or to come */
export const requirePast = (day: string, from: string, today: string, pointer: string): void => {
  if (day < from || day > today) {
    throw new Refusal('rule-violated', `It lies between ${from} and today.`, { pointer });
  }
};
