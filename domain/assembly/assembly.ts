import { legalDay } from '../calendar/calendar.ts';
import { Refusal } from '../errors.ts';
import { namesOf, requireMinimal } from '../grid/minimal.ts';
import type { Verdict } from '../petition/evidence.ts';
import { type Consent, requireConsent } from '../petition/origin.ts';
import type { Context, Issued, Petitioner } from '../petition/state.ts';
import type { PlainStream } from '../plain-stream.ts';
import { noDue } from '../workflow/steps.ts';
import type { Task } from '../workflow/tasks.ts';
import {
  type Disclosure,
  type DisclosureEvent,
  disclosureView,
  evolveDisclosures,
  judgeDisclosure,
  type PublishedDisclosure,
  publish,
} from './disclosure.ts';

/** Themes of the assemblies that the press tells of; a village names its own. */
export const usualThemes = ['时事政策', '乡风文明', '增收致富', '群众诉求', '精准治理'] as const;

/** Who speaks, by post: the notice says which office explains what, not who holds it. */
export interface Presenter {
  readonly post: string;
  readonly theme: string;
}

/** What a notice says. */
export interface AssemblyNotice {
  /** Legal day. */
  readonly date: string;
  readonly from: string;
  readonly place: string;
  readonly themes: readonly string[];
  readonly presenters: readonly Presenter[];
  readonly message: string;
}

/**
 * What of a question's text anybody reads once the minutes are out: as it was asked, in other words, or nothing. Whoever
 * rewords it rewords the answer too: what was asked in other words was answered in the old ones, and they can name somebody.
 */
export type QuestionPublication =
  | { readonly publish: 'as-asked' | 'withheld' }
  | {
      readonly publish: 'reworded';
      readonly text: string;
      /** The answer as anybody reads it; it is withheld when absent. */
      readonly answer?: string;
    };
export type QuestionDecision = { readonly question: number } & QuestionPublication;

export interface AssemblyQuestion {
  readonly theme: string;
  readonly question: string;
  /** It names a person or accuses somebody, as the recorder says: nobody reads it unless that is decided. */
  readonly personal?: true;
  readonly publication?: QuestionPublication;
  /** `personal`: it names a person or accuses somebody, so nobody reads it as it stands. */
  readonly answer?: { readonly text: string; readonly post: string; readonly on: string; readonly personal?: true };
  readonly promoted?: { readonly petition: string; readonly on: string };
}

/**
 * A village information assembly (村民知情大会): officials explain, villagers ask. It is no villagers' assembly (村民会议) in
 * the sense of the Organic Law of Villagers' Committees: it needs no quorum, and there is nothing here to vote with.
 */
export interface Assembly {
  readonly id: string;
  readonly version: number;
  readonly unit?: string;
  readonly notice?: AssemblyNotice;
  readonly convenedOn?: string;
  readonly disclosures: readonly PublishedDisclosure[];
  readonly questions: readonly AssemblyQuestion[];
  readonly minutes?: { readonly text: string; readonly attendance: number; readonly on: string };
  readonly cancelled?: { readonly reason: string; readonly on: string };
  /**
   * Its key was destroyed on this day: what the village published in words stays, what was asked and said does not, nor do the files
   * that it laid open.
   */
  readonly erasedOn?: string;
}

export type AssemblyCommand = Issued &
  (
    | { readonly type: 'ConveneAssembly'; readonly id: string; readonly unit: string; readonly notice: AssemblyNotice }
    | { readonly type: 'CancelAssembly'; readonly reason: string }
    | { readonly type: 'PublishDisclosure'; readonly disclosure: Disclosure }
    | { readonly type: 'JudgeDisclosure'; readonly disclosure: number; readonly verdict: Verdict }
    | {
        readonly type: 'RecordQuestion';
        readonly theme: string;
        readonly question: string;
        readonly personal?: true;
      }
    | { readonly type: 'DecideQuestionText'; readonly decision: QuestionDecision }
    | {
        readonly type: 'AnswerQuestion';
        readonly question: number;
        readonly answer: string;
        readonly post: string;
        readonly answeredOn: string;
        readonly personal?: true;
      }
    | {
        readonly type: 'PromoteQuestion';
        readonly question: number;
        readonly petition: string;
        readonly petitioner: Petitioner;
        readonly consent?: Consent;
      }
    | {
        readonly type: 'PublishMinutes';
        readonly minutes: string;
        readonly attendance: number;
        readonly questions: readonly QuestionDecision[];
      }
  );

export type AssemblyEvent =
  | {
      readonly type: 'AssemblyConvened';
      readonly data: {
        readonly id: string;
        readonly unit: string;
        readonly announcement: AssemblyNotice;
        readonly on: string;
      };
    }
  | { readonly type: 'AssemblyCancelled'; readonly data: { readonly reason: string; readonly on: string } }
  | DisclosureEvent
  | {
      readonly type: 'QuestionRecorded';
      readonly data: {
        readonly number: number;
        readonly theme: string;
        readonly question: string;
        readonly personal?: true;
      };
    }
  | { readonly type: 'QuestionTextDecided'; readonly data: QuestionDecision & { readonly on: string } }
  | {
      readonly type: 'QuestionAnswered';
      readonly data: {
        readonly question: number;
        readonly answer: string;
        readonly post: string;
        readonly on: string;
        readonly onTheSpot: boolean;
        readonly personal?: true;
      };
    }
  | {
      readonly type: 'QuestionPromoted';
      readonly data: {
        readonly question: number;
        readonly petition: string;
        readonly on: string;
        readonly consent?: Consent;
      };
    }
  | {
      readonly type: 'MinutesPublished';
      readonly data: { readonly minutes: string; readonly attendance: number; readonly on: string };
    }
  | { readonly type: 'AssemblyErased'; readonly data: { readonly on: string; readonly basis: 'P47' } };

export const initialAssembly: Assembly = { id: '', version: 0, disclosures: [], questions: [] };

const questionOf = ({ questions }: Assembly, number: number): AssemblyQuestion => {
  const question = questions[number - 1];
  if (!question) throw new Refusal('not-found', `The assembly has no question ${String(number)}.`);
  return question;
};

const requireTheme = ({ themes }: AssemblyNotice, theme: string, pointer: string): void => {
  if (!themes.includes(theme)) {
    throw new Refusal('rule-violated', `The themes of this assembly are: ${themes.join('、')}.`, { pointer });
  }
};

/**
 * @param path where the decision stands in what was sent
 * @throws Refusal for a question that is not there, words for an answer that is not, or digits of a person in what is
 * published in their place
 */
const textDecided = (
  assembly: Assembly,
  decision: QuestionDecision,
  on: string,
  path = '',
): Extract<AssemblyEvent, { type: 'QuestionTextDecided' }> => {
  const { answer: answered } = questionOf(assembly, decision.question);
  if (decision.publish === 'reworded') {
    const { text, answer } = decision;
    requireMinimal({ [`${path}text`]: text, ...(answer === undefined ? {} : { [`${path}answer`]: answer }) });
    if (answer !== undefined && !answered) {
      throw new Refusal('not-the-step', 'It has not been answered yet.', { pointer: `/${path}answer` });
    }
  }
  return { type: 'QuestionTextDecided', data: { ...decision, on } };
};

/** Questions whose text would be read by everybody without anybody having looked whether it names or accuses (Art. 30). */
const undecided = ({ questions }: Assembly, decisions: readonly QuestionDecision[]): readonly number[] =>
  questions.flatMap(({ personal, publication, promoted }, index) =>
    personal || publication || promoted || decisions.some(({ question }) => question === index + 1) ? [] : [index + 1],
  );

const convene = (
  { id, unit, notice, at }: Extract<AssemblyCommand, { type: 'ConveneAssembly' }>,
  assembly: Assembly,
): readonly AssemblyEvent[] => {
  if (assembly.notice) throw new Refusal('already-decided', 'The assembly is convened already.');
  const today = legalDay(at);
  if (notice.date < today) {
    throw new Refusal('rule-violated', 'The notice comes before the assembly.', { pointer: '/date' });
  }
  if (new Set(notice.themes).size < notice.themes.length) {
    throw new Refusal('rule-violated', 'A theme is named once.', { pointer: '/themes' });
  }
  for (const [index, { theme }] of notice.presenters.entries()) {
    requireTheme(notice, theme, `/presenters/${String(index)}/theme`);
  }
  requireMinimal({ message: notice.message });
  return [{ type: 'AssemblyConvened', data: { id, unit, announcement: notice, on: today } }];
};

/** @throws Refusal when the rules do not allow it. */
export const decideAssembly = (
  command: AssemblyCommand,
  assembly: Assembly,
  context: Pick<Context, 'configuration'>,
): readonly AssemblyEvent[] => {
  if (command.type === 'ConveneAssembly') return convene(command, assembly);
  const { notice, minutes, cancelled } = assembly;
  if (!notice) throw new Refusal('not-found', 'There is no such assembly.');
  // Whatever has become of the assembly meanwhile: the file is there.
  if (command.type === 'JudgeDisclosure')
    return judgeDisclosure(assembly.disclosures, command.disclosure, command.verdict);
  if (assembly.erasedOn !== undefined) throw new Refusal('erased', `Its texts were erased on ${assembly.erasedOn}.`);
  if (cancelled) throw new Refusal('already-decided', `The assembly was called off on ${cancelled.on}.`);
  const today = legalDay(command.at);
  const requireHeld = (): void => {
    if (today < notice.date) throw new Refusal('not-the-step', `The assembly is on ${notice.date}.`);
  };
  const requireNoMinutes = (): void => {
    if (minutes) throw new Refusal('already-decided', `The minutes were published on ${minutes.on}.`);
  };
  switch (command.type) {
    case 'CancelAssembly':
      requireNoMinutes();
      if (assembly.questions.length > 0) {
        throw new Refusal('not-the-step', 'Questions have been asked: the assembly took place.');
      }
      requireMinimal({ reason: command.reason });
      return [{ type: 'AssemblyCancelled', data: { reason: command.reason, on: today } }];
    case 'PublishDisclosure': {
      requireNoMinutes();
      return [publish(command.disclosure, assembly.disclosures, command.at, context)];
    }
    case 'RecordQuestion': {
      requireHeld();
      requireNoMinutes();
      const { theme, question, personal } = command;
      requireTheme(notice, theme, '/theme');
      requireMinimal({ question });
      const number = assembly.questions.length + 1;
      return [{ type: 'QuestionRecorded', data: { number, theme, question, ...(personal ? { personal } : {}) } }];
    }
    case 'AnswerQuestion': {
      const { question, answer, post, answeredOn, personal } = command;
      const asked = questionOf(assembly, question);
      if (asked.answer) throw new Refusal('already-decided', `It was answered on ${asked.answer.on}.`);
      if (asked.promoted) throw new Refusal('already-decided', `It became a petition on ${asked.promoted.on}.`);
      if (answeredOn < notice.date || answeredOn > today) {
        throw new Refusal('rule-violated', `It was answered between ${notice.date} and today.`, {
          pointer: '/answeredOn',
        });
      }
      requireMinimal({ answer });
      const onTheSpot = answeredOn === notice.date;
      return [
        {
          type: 'QuestionAnswered',
          data: { question, answer, post, on: answeredOn, onTheSpot, ...(personal ? { personal } : {}) },
        },
      ];
    }
    case 'PromoteQuestion': {
      const { question, petition, petitioner, consent } = command;
      const asked = questionOf(assembly, question);
      if (asked.promoted) throw new Refusal('already-decided', `It became a petition on ${asked.promoted.on}.`);
      requireConsent(petitioner, consent, today);
      if (consent) requireMinimal({ 'consent/how': consent.how }, namesOf(petitioner));
      return [
        {
          type: 'QuestionPromoted',
          data: { question, petition, on: today, ...(consent === undefined ? {} : { consent }) },
        },
      ];
    }
    case 'PublishMinutes': {
      requireHeld();
      requireNoMinutes();
      requireMinimal({ minutes: command.minutes });
      const { minutes: text, attendance, questions } = command;
      const open = undecided(assembly, questions);
      if (open.length > 0) {
        throw new Refusal(
          'rule-violated',
          `Say of question ${open.join(', ')} whether anybody reads it as it was asked, reworded, or not at all: it may name or accuse somebody.`,
          { pointer: '/questions', basis: 'R30' },
        );
      }
      return [
        ...questions.map((each, index) => textDecided(assembly, each, today, `questions/${String(index)}/`)),
        { type: 'MinutesPublished', data: { minutes: text, attendance, on: today } },
      ];
    }
    case 'DecideQuestionText':
      // Also of what has been published: what should not have been is taken off the page.
      return [textDecided(assembly, command.decision, today)];
  }
};

const withQuestion = (
  { questions }: Assembly,
  number: number,
  change: Partial<AssemblyQuestion>,
): readonly AssemblyQuestion[] =>
  questions.map((question, index) => (index === number - 1 ? { ...question, ...change } : question));

const apply = (assembly: Assembly, event: AssemblyEvent): Assembly => {
  switch (event.type) {
    case 'AssemblyConvened': {
      const { id, unit, announcement: notice, on } = event.data;
      return { ...assembly, id, unit, notice, convenedOn: on };
    }
    case 'AssemblyErased':
      return { ...assembly, erasedOn: event.data.on };
    case 'AssemblyCancelled':
      return { ...assembly, cancelled: event.data };
    case 'DisclosurePublished':
    case 'DisclosureJudged':
      return { ...assembly, disclosures: evolveDisclosures(assembly.disclosures, event) };
    case 'QuestionRecorded': {
      const { number: _, ...question } = event.data;
      return { ...assembly, questions: [...assembly.questions, question] };
    }
    case 'QuestionAnswered': {
      const { question, answer, post, on, personal } = event.data;
      const said = { text: answer, post, on, ...(personal ? { personal } : {}) };
      return { ...assembly, questions: withQuestion(assembly, question, { answer: said }) };
    }
    case 'QuestionPromoted': {
      const { question, petition, on } = event.data;
      return { ...assembly, questions: withQuestion(assembly, question, { promoted: { petition, on } }) };
    }
    case 'QuestionTextDecided': {
      const { question, on: _, ...publication } = event.data;
      return { ...assembly, questions: withQuestion(assembly, question, { publication }) };
    }
    case 'MinutesPublished': {
      const { minutes, attendance, on } = event.data;
      return { ...assembly, minutes: { text: minutes, attendance, on } };
    }
  }
};

/** Folds one fact into the assembly. */
export const evolveAssembly = (assembly: Assembly, event: AssemblyEvent): Assembly => ({
  ...apply(assembly, event),
  version: assembly.version + 1,
});

/** What became of a question so far. */
export const questionOutcome = (
  { answer, promoted }: AssemblyQuestion,
  { date }: AssemblyNotice,
): 'promoted' | 'answered-on-the-spot' | 'answered-later' | 'open' => {
  if (promoted) return 'promoted';
  if (!answer) return 'open';
  return answer.on === date ? 'answered-on-the-spot' : 'answered-later';
};

/** Where an assembly stands. */
export const assemblyStatus = ({ cancelled, minutes }: Assembly): 'convened' | 'cancelled' | 'minutes-published' =>
  cancelled ? 'cancelled' : minutes ? 'minutes-published' : 'convened';

/** Counts of what became of the questions; what the head keeps is public, so it holds none of the texts. */
export const assemblySummary = (assembly: Assembly): object => {
  const { unit, notice, questions } = assembly;
  const outcomes = notice ? questions.map((question) => questionOutcome(question, notice)) : [];
  const count = (outcome: (typeof outcomes)[number]) => outcomes.filter((each) => each === outcome).length;
  return {
    status: assemblyStatus(assembly),
    unit,
    date: notice?.date,
    from: notice?.from,
    place: notice?.place,
    themes: notice?.themes,
    disclosures: assembly.disclosures.length,
    questions: {
      asked: questions.length,
      answeredOnTheSpot: count('answered-on-the-spot'),
      answeredLater: count('answered-later'),
      promoted: count('promoted'),
    },
  };
};

const tasks = (assembly: Assembly): readonly Task[] => {
  const { unit, notice } = assembly;
  if (unit === undefined || !notice || assembly.cancelled) return [];
  const task = (step: string, round: number, due: string): Task => ({
    stage: 'task',
    round,
    step,
    audience: `village-officer@${unit}`,
    due,
    excluded: [],
  });
  if (!assembly.minutes) return [task('hold-assembly', 1, notice.date)];
  // Nothing that was asked is forgotten; no limit runs.
  return assembly.questions.flatMap((question, index) =>
    questionOutcome(question, notice) === 'open' ? [task('answer-question', index + 1, noDue)] : [],
  );
};

export const assemblyStream: PlainStream<Assembly, AssemblyCommand, AssemblyEvent> = {
  kind: 'assembly',
  initial: initialAssembly,
  decide: decideAssembly,
  evolve: evolveAssembly,
  head: (assembly) => ({
    summary: assemblySummary(assembly),
    listed: { unit: assembly.unit ?? '', day: assembly.notice?.date ?? '' },
    title: `村民知情大会 ${assembly.notice?.date ?? ''}`,
  }),
  tasks: (assembly) => tasks(assembly),
  unitOf: ({ unit }) => unit,
};

/** What the machine says of every assembly, so that nobody mistakes it. */
export const notAVote =
  '村民知情大会不是村民会议：不设法定人数，不作表决；须由村民会议决定的事项，依照《村民委员会组织法》另行召集。';

/**
 * What anybody reads of a question: nothing of what is withheld, nor of its answer, which can say as much; of one in other words
 * the answer in other words, or that it is withheld.
 */
const publicText = ({ question, answer, personal, publication }: AssemblyQuestion) => {
  const { personal: names, ...given } = answer ?? {};
  const withheld = { answerWithheld: true };
  if (publication?.publish === 'reworded') {
    const { text, answer: said } = publication;
    if (!answer) return { question: text };
    return { question: text, ...(said === undefined ? withheld : { answer: { ...given, text: said } }) };
  }
  const { publish } = publication ?? { publish: personal ? 'withheld' : 'as-asked' };
  if (publish === 'withheld') return { withheld: true };
  return names ? { question, ...withheld } : { question, answer };
};

/** What anybody may read: no names, no petitioner, and of what became a petition no text. @param outcomes by question @param at RFC 3339 */
export const publicAssembly = (assembly: Assembly, outcomes: Readonly<Record<number, string>>, at: string): object => {
  const { id, unit, notice, disclosures, questions, minutes, cancelled } = assembly;
  return {
    id,
    unit,
    status: assemblyStatus(assembly),
    statutoryVote: false,
    note: notAVote,
    ...notice,
    convenedOn: assembly.convenedOn,
    cancelled,
    disclosures: disclosureView(disclosures, at, assembly.erasedOn),
    // What was asked is public when the minutes are.
    ...(minutes && notice
      ? {
          minutes,
          questions: questions.map((question, index) => {
            const outcome = questionOutcome(question, notice);
            const number = index + 1;
            return outcome === 'promoted'
              ? { number, theme: question.theme, outcome, petition: outcomes[number] ?? 'in-progress' }
              : { number, theme: question.theme, outcome, ...publicText(question) };
          }),
        }
      : {}),
  };
};
