import { describe, expect, it } from 'vitest';
import {
  type AssemblyCommand,
  type AssemblyEvent,
  assemblyStream,
  decideAssembly,
  notAVote,
  publicAssembly,
  type QuestionDecision,
} from '../../../domain/assembly/assembly.ts';
import { disclosureView } from '../../../domain/assembly/disclosure.ts';
import type { Verdict } from '../../../domain/petition/evidence.ts';
import { outcomeFor } from '../../../domain/petition/origin.ts';
import type { Petitioner } from '../../../domain/petition/state.ts';
import { noon, rules } from '../../support/builders.ts';
import { assemblyAfter, assemblyCommand, foldAssembly, givenAssembly, village } from '../../support/grid.ts';

const noticeDay = '2026-03-10';
const day = '2026-03-16';
const later = '2026-03-20';
const themes = ['时事政策', '群众诉求'];
const notice = {
  date: day,
  from: '09:00',
  place: '村文化广场',
  themes,
  presenters: [{ post: '镇民政办', theme: '时事政策' }],
  message: '欢迎村民参加。',
};
const convene = (changes: object = {}, on = noticeDay) =>
  assemblyCommand('ConveneAssembly', on, { id: 'A1', unit: village, notice: { ...notice, ...changes } });
const disclose = (changes: object = { sha256: 'a'.repeat(64) }, on = noticeDay) =>
  assemblyCommand('PublishDisclosure', on, { disclosure: { kind: '财务', title: '收支明细', ...changes } });
const ask = (question = '低保怎么申请？', theme = '时事政策', on = day) =>
  assemblyCommand('RecordQuestion', on, { theme, question });
const answer = (question = 1, answeredOn = day, on = day) =>
  assemblyCommand('AnswerQuestion', on, { question, answer: '持户口本到镇民政办。', post: '镇民政办', answeredOn });
const anonymous: Petitioner = { form: 'anonymous' };
const named: Petitioner = { form: 'individual', person: { name: '王某' } };
const promote = (petitioner: Petitioner = named, consent?: object, question = 1) =>
  assemblyCommand('PromoteQuestion', day, {
    question,
    petition: 'P1',
    petitioner,
    ...(consent ? { consent } : {}),
  } as never);
const asAsked = (...questions: readonly number[]): QuestionDecision[] =>
  questions.map((question) => ({ question, publish: 'as-asked' }));
const minutes = (on = day, questions: readonly QuestionDecision[] = asAsked(1, 2)) =>
  assemblyCommand('PublishMinutes', on, { minutes: '会议情况如下。', attendance: 61, questions });
const decideText = (decision: QuestionDecision, on = day) => assemblyCommand('DecideQuestionText', on, { decision });
const cancel = () => assemblyCommand('CancelAssembly', noticeDay, { reason: '大雪' });
const consent = { givenOn: day, how: '会后当面同意' };

const convened = assemblyAfter(convene());
const asked = assemblyAfter(convene(), disclose(), ask(), ask('退耕补助没到账', '群众诉求'));

describe('a village information assembly', () => {
  it('is convened with notice and themes, before it comes', () => {
    givenAssembly()
      .when(convene())
      .thenEvents({ type: 'AssemblyConvened', data: { id: 'A1', unit: village, announcement: notice, on: noticeDay } });
    givenAssembly().when(convene()).thenWaitsFor(`hold-assembly village-officer@${village} ${day}`);
    givenAssembly().when(convene({}, '2026-03-17')).thenRefused('rule-violated', { pointer: '/date' });
    givenAssembly()
      .when(convene({ themes: ['时事政策', '时事政策'] }))
      .thenRefused('rule-violated', { pointer: '/themes' });
    givenAssembly()
      .when(convene({ presenters: [{ post: '镇民政办', theme: '精准治理' }] }))
      .thenRefused('rule-violated', { pointer: '/presenters/0/theme' });
    givenAssembly()
      .when(convene({ message: '联系 13900000001' }))
      .thenRefused('rule-violated', { pointer: '/message' });
    givenAssembly(...convened)
      .when(convene())
      .thenRefused('already-decided');
  });

  it('lays documents open by digest or place, until the minutes are published', () => {
    for (const by of [{ sha256: 'b'.repeat(64) }, { link: '村务公开栏' }])
      givenAssembly(...convened)
        .when(disclose(by))
        .thenTypes('DisclosurePublished');
    givenAssembly(...convened)
      .when(disclose({}))
      .thenRefused('rule-violated', { pointer: '/sha256' });
    givenAssembly(...asked, ...minutesFrom(asked))
      .when(disclose())
      .thenRefused('already-decided');
  });

  it('takes the document itself: declared, then what the scan says, once and for good', () => {
    const sha256 = 'b'.repeat(64);
    const file = { size: 100, mediaType: 'application/pdf' };
    const { maximumBytes, waiting } = rules.configuration.evidence;
    givenAssembly(...convened)
      .when(disclose({ file, link: '村务公开栏' }))
      .thenRefused('rule-violated', { pointer: '/sha256' });
    givenAssembly(...convened)
      .when(disclose({ sha256, file: { ...file, size: maximumBytes + 1 } }))
      .thenRefused('rule-violated', { pointer: '/file/size' });
    const declared = assemblyAfter(convene(), disclose({ sha256, file }));
    const judge = (verdict: object, disclosure = 1) =>
      assemblyCommand('JudgeDisclosure', noticeDay, { disclosure, verdict: verdict as Verdict });
    const cleared = {
      result: 'cleared',
      sha256,
      size: 100,
      mediaType: 'application/pdf',
      scanner: { engine: 'ClamAV' },
    };
    givenAssembly(...declared)
      .when(judge({ ...cleared, size: 101 }))
      .thenRefused('rule-violated');
    givenAssembly(...declared)
      .when(judge(cleared, 2))
      .thenRefused('not-found');
    const shown = (events: readonly AssemblyEvent[], at = noon(noticeDay)) =>
      (disclosureView(foldAssembly(events).disclosures, at)[0] as { file?: { state: string } }).file?.state;
    const after = (...verdicts: readonly object[]): readonly AssemblyEvent[] => {
      const events = [...declared];
      for (const verdict of verdicts) events.push(...decideAssembly(judge(verdict), foldAssembly(events), rules));
      return events;
    };
    const held = { result: 'held', reason: 'no-scanner' };
    expect([shown(declared), shown(declared, '2027-01-01T00:00:00.000Z')]).toEqual(['waiting', 'not-uploaded']);
    expect([shown(after(held)), shown(after(held, cleared))]).toEqual(['not-scanned', 'cleared']);
    const refused = after({ result: 'rejected', reason: 'infected' }, cleared, held);
    expect([shown(refused), refused.length]).toEqual(['rejected', declared.length + 1]);
    // So many wait, and no more.
    const many = Array.from({ length: waiting }, (_, index) => disclose({ sha256: String(index).repeat(64), file }));
    givenAssembly(...assemblyAfter(convene(), ...many))
      .when(disclose({ sha256, file }))
      .thenRefused('not-the-step');
  });

  it('takes questions from its day on, on its themes, without numbers of persons', () => {
    givenAssembly(...convened)
      .when(ask('低保怎么申请？', '时事政策', '2026-03-15'))
      .thenRefused('not-the-step');
    givenAssembly(...convened)
      .when(ask('低保怎么申请？', '增收致富'))
      .thenRefused('rule-violated', { pointer: '/theme' });
    givenAssembly(...convened)
      .when(ask('我是622923194001010011'))
      .thenRefused('rule-violated', { pointer: '/question' });
    givenAssembly(...asked)
      .when(ask())
      .thenEvents({ type: 'QuestionRecorded', data: { number: 3, theme: '时事政策', question: '低保怎么申请？' } });
    givenAssembly(...asked, ...minutesFrom(asked))
      .when(ask())
      .thenRefused('already-decided');
  });

  it('is answered on the spot or later, once', () => {
    givenAssembly(...asked)
      .when(answer())
      .thenEvents({
        type: 'QuestionAnswered',
        data: { question: 1, answer: '持户口本到镇民政办。', post: '镇民政办', on: day, onTheSpot: true },
      });
    givenAssembly(...asked)
      .when(answer(1, later, later))
      .thenState(({ questions }) => expect(questions[0]?.answer?.on).toBe(later));
    for (const answeredOn of ['2026-03-15', '2026-03-17'])
      givenAssembly(...asked)
        .when(answer(1, answeredOn))
        .thenRefused('rule-violated', { pointer: '/answeredOn' });
    givenAssembly(...asked)
      .when(answer(3))
      .thenRefused('not-found');
    givenAssembly(...assemblyAfter(convene(), ask(), answer()))
      .when(answer())
      .thenRefused('already-decided');
  });

  it('makes a petition of a question; a name needs consent, an unnamed matter none', () => {
    givenAssembly(...asked)
      .when(promote(named))
      .thenRefused('rule-violated', { pointer: '/consent', basis: 'P13' });
    givenAssembly(...asked)
      .when(promote(named, { ...consent, givenOn: later }))
      .thenRefused('rule-violated', { pointer: '/consent/givenOn' });
    givenAssembly(...asked)
      .when(promote(named, consent))
      .thenEvents({ type: 'QuestionPromoted', data: { question: 1, petition: 'P1', on: day, consent } });
    givenAssembly(...asked)
      .when(promote(anonymous))
      .thenEvents({ type: 'QuestionPromoted', data: { question: 1, petition: 'P1', on: day } });
    const promoted = assemblyAfter(convene(), ask(), promote(anonymous));
    for (const command of [promote(anonymous), answer()])
      givenAssembly(...promoted)
        .when(command)
        .thenRefused('already-decided');
    // An answer that does not satisfy closes no way.
    givenAssembly(...assemblyAfter(convene(), ask(), answer()))
      .when(promote(anonymous))
      .thenTypes('QuestionPromoted');
  });

  it('publishes its minutes once, after it was held; open questions wait on without a limit', () => {
    givenAssembly(...asked)
      .when(minutes('2026-03-15'))
      .thenRefused('not-the-step');
    givenAssembly(...asked)
      .when(minutes())
      .thenWaitsFor(
        `answer-question village-officer@${village} 9999-12-31`,
        `answer-question village-officer@${village} 9999-12-31`,
      );
    givenAssembly(...asked, ...minutesFrom(asked))
      .when(minutes())
      .thenRefused('already-decided');
  });

  it('is called off as long as nobody has asked anything', () => {
    givenAssembly(...convened)
      .when(cancel())
      .thenWaitsFor();
    givenAssembly(...asked)
      .when(cancel())
      .thenRefused('not-the-step');
    const cancelled = assemblyAfter(convene(), cancel());
    for (const command of [cancel(), disclose(), ask(), minutes()])
      givenAssembly(...cancelled)
        .when(command)
        .thenRefused('already-decided');
  });

  it('that nobody convened is not found', () => {
    for (const command of [cancel(), disclose(), ask(), answer(), promote(), minutes()])
      givenAssembly().when(command).thenRefused('not-found');
  });

  it('keeps in its head counts and the notice, and no text that was said', () => {
    const assembly = foldAssembly(
      assemblyAfter(convene(), ask(), ask('退耕补助没到账', '群众诉求'), answer(), promote(anonymous, undefined, 2)),
    );
    const head = assemblyStream.head(assembly, rules);
    expect(head).toMatchObject({
      summary: { questions: { asked: 2, answeredOnTheSpot: 1, answeredLater: 0, promoted: 1 }, status: 'convened' },
      listed: { unit: village, day },
    });
    expect(JSON.stringify(head)).not.toMatch(/低保|退耕|民政办/);
  });
});

describe('what anybody may read', () => {
  const assembly = (...commands: readonly AssemblyCommand[]) =>
    foldAssembly(assemblyAfter(convene(), disclose(), ask(), ask('退耕补助没到账', '群众诉求'), ...commands));

  it('is notice and disclosures before the minutes, and that it is no vote', () => {
    const read = publicAssembly(assembly(answer()), {}, noon(noticeDay));
    expect(read).toMatchObject({ ...notice, statutoryVote: false, note: notAVote, disclosures: [{ kind: '财务' }] });
    expect(JSON.stringify(read)).not.toContain('低保');
  });

  it('is then every question with its outcome; of one that became a petition its theme and how it stands', () => {
    const read = publicAssembly(
      assembly(answer(), promote(named, consent, 2), minutes()),
      { 2: 'concluded' },
      noon(noticeDay),
    );
    expect(read).toMatchObject({
      questions: [
        { number: 1, question: '低保怎么申请？', outcome: 'answered-on-the-spot' },
        { number: 2, theme: '群众诉求', outcome: 'promoted', petition: 'concluded' },
      ],
    });
    expect(JSON.stringify(read)).not.toMatch(/退耕|P1|当面同意|王某/);
  });

  it('says nothing of what names or accuses somebody, unless it is decided otherwise (Art. 30)', () => {
    const accusing = assemblyCommand('RecordQuestion', day, {
      theme: '群众诉求',
      question: '李某问：某主任贪污低保款',
      personal: true,
    });
    const read = (...commands: readonly AssemblyCommand[]) => {
      const { questions } = publicAssembly(assembly(accusing, ...commands), {}, noon(noticeDay)) as {
        questions?: readonly object[];
      };
      return questions;
    };
    const answered = answer(3);
    const withheld = { number: 3, theme: '群众诉求', outcome: 'answered-on-the-spot', withheld: true };
    expect(read(answered, minutes())?.[2]).toEqual(withheld);
    const reworded = { question: 3, publish: 'reworded', text: '低保款如何核定、发放？' } as const;
    const other = read(answered, minutes(day, [...asAsked(1, 2), reworded]))?.[2];
    expect(read(answered, minutes(), decideText(reworded, later))?.[2]).toEqual(other);
    // Its answer was given to the question as it was asked, and can name whom that named.
    const outcome = { number: 3, theme: '群众诉求', outcome: 'answered-on-the-spot' };
    expect(other).toEqual({ ...outcome, question: reworded.text, answerWithheld: true });
    expect(read(minutes(), decideText(reworded), answer(3, later, later))?.[2]).toMatchObject({ answerWithheld: true });
    expect(read(minutes(), decideText(reworded))?.[2]).not.toHaveProperty('answerWithheld');
    // Given later to a question that is published as it was asked, it can name somebody all the same.
    const naming = { ...answer(3, later, later), personal: true } as AssemblyCommand;
    const asked = { question: 3, publish: 'as-asked' } as const;
    expect(read(minutes(), decideText(asked), naming)?.[2]).toEqual({
      ...outcome,
      outcome: 'answered-later',
      question: '李某问：某主任贪污低保款',
      answerWithheld: true,
    });
    const both = { ...reworded, answer: '按评议、公示、审批的程序核定。' };
    const inOtherWords = {
      ...outcome,
      question: reworded.text,
      answer: { text: both.answer, post: '镇民政办', on: day },
    };
    expect(read(answered, minutes(), decideText(both, later))?.[2]).toEqual(inOtherWords);
    // What is out and should not be goes off the page, and its answer with it; the record keeps it.
    const gone = decideText({ question: 1, publish: 'withheld' }, later);
    expect(JSON.stringify(read(answer(), minutes(), gone))).not.toMatch(/低保|户口本|贪污/);
    expect(assembly(answer(), minutes(), gone).questions[0]?.question).toContain('低保');
    // Nobody publishes what he was not asked about; promoted and marked ones are not published anyway.
    const before = assemblyAfter(convene(), disclose(), ask(), ask('退耕补助没到账', '群众诉求'), accusing);
    givenAssembly(...before)
      .when(minutes(day, asAsked(1)))
      .thenRefused('rule-violated', { pointer: '/questions', basis: 'R30' });
    givenAssembly(...before, ...assemblyStream.decide(promote(named, consent, 2), foldAssembly(before), rules))
      .when(minutes(day, asAsked(1)))
      .thenTypes('QuestionTextDecided', 'MinutesPublished');
    givenAssembly(...before)
      .when(minutes(day, asAsked(1, 2, 4)))
      .thenRefused('not-found');
    givenAssembly(...before)
      .when(decideText({ ...reworded, text: '请问13900000001的低保' }))
      .thenRefused('rule-violated', { pointer: '/text' });
    givenAssembly(...before)
      .when(decideText(both))
      .thenRefused('not-the-step', { pointer: '/answer' });
    givenAssembly(...before)
      .when(minutes(day, [...asAsked(1, 2), { ...both, answer: '请问13900000001' }]))
      .thenRefused('rule-violated', { pointer: '/questions/2/answer' });
    // Minutes of before that was asked: published as they were.
    const old = [...before, { type: 'MinutesPublished', data: { minutes: '如实', attendance: 9, on: day } }];
    expect(publicAssembly(foldAssembly(old as typeof before), {}, noon(day))).toMatchObject({
      questions: [{ question: '低保怎么申请？' }, { question: '退耕补助没到账' }, { withheld: true }],
    });
  });

  it('does not tell a sealed matter from one that takes its time', () => {
    const seen = [
      { status: 'sealed', purpose: 'accusation' },
      { status: 'concluded', purpose: 'accusation' },
      { status: 'not-accepted', purpose: 'accusation' },
      { status: 'registered' },
      { status: 'answered', purpose: 'appeal' },
      {},
      undefined,
    ].map(outcomeFor);
    expect(new Set(seen)).toEqual(new Set(['in-progress']));
    expect(outcomeFor({ status: 'concluded', purpose: 'appeal' })).toBe('concluded');
    expect(outcomeFor({ status: 'not-accepted' })).toBe('not-accepted');
  });
});

function minutesFrom(history: Parameters<typeof foldAssembly>[0]) {
  return assemblyStream.decide(minutes(), foldAssembly(history), rules);
}
