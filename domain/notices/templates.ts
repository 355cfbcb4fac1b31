import { maximumExtensionDays } from '../limits.ts';
import type { RefusalGround } from '../petition/intake-state.ts';
import { mediatorMark, sealMark } from '../petition/mediation.ts';
import type { PetitionEvent } from '../petition/petition.ts';
import { deadlineOf } from '../petition/state.ts';
import type { Block, Content, Source } from './document.ts';
import type { NoticeKind } from './notice.ts';
import {
  addresseeOf,
  channelNames,
  citation,
  itemNumber,
  mannerNames,
  officialDay,
  outcomeNames,
  resultNames,
} from './words.ts';

const paragraph = (text: string): Block => ({ block: 'paragraph', text });
const table = (...rows: readonly (readonly [string, string])[]): Block => ({ block: 'table', rows });
const listed = (items: readonly string[]): readonly Block[] =>
  items.map((item, index) => paragraph(items.length === 1 ? item : `（${itemNumber(index)}）${item}`));

/** Numbered parts of a longer document: 一、… */
const parts = (...given: readonly (readonly [heading: string, blocks: readonly Block[]])[]): readonly Block[] =>
  given
    .filter(([, blocks]) => blocks.length > 0)
    .flatMap(([heading, blocks], index) => [
      { block: 'heading', text: `${itemNumber(index)}、${heading}` } as const,
      ...blocks,
    ]);

type DataOf<T extends PetitionEvent['type']> = Extract<PetitionEvent, { type: T }>['data'];

/** @throws Error when the record has no such fact, without which the notice would not be owed */
const lastFact = <T extends PetitionEvent['type']>({ events }: Pick<Source, 'events'>, type: T): DataOf<T> => {
  const event = events.findLast((each) => each.type === type);
  if (!event) throw new Error(`The record has no fact ${type}.`);
  return event.data as DataOf<T>;
};

/** Opening words: whose matter, received when, about what. */
const matter = ({ petition: { registration }, you }: Source): string =>
  registration === undefined
    ? ''
    : `${officialDay(registration.receivedOn)}，${you}以${channelNames[registration.channel]}形式提出的“${registration.subject}”信访事项`;

const dispositionNames = { forward: '转送', 'hand-over': '交办', own: '自办' } as const;

/** How a matter of this class and path is handled, said to the petitioner (处理途径和程序, Art. 23). */
const procedureOf = ({ petition: { route } }: Source): string => {
  if (route?.purpose === 'suggestion') {
    return '本信访事项属于建议意见类事项，将由本单位研究论证；对科学合理、具有现实可行性的，予以采纳或者部分采纳，并作出回复。';
  }
  if (route?.path === 6) {
    return '本信访事项属于申诉求决类事项，按照信访程序办理：听取您陈述事实和理由，调查核实，出具信访处理意见书。对重大、复杂、疑难的信访事项，可以举行听证。';
  }
  return '本信访事项属于申请查处违法行为、履行保护人身权或者财产权等合法权益职责的事项，由本单位依法履行职责或者答复。';
};

const opinionBody = (source: Source): readonly Block[] => {
  const { petition, you } = source;
  const { registration } = petition;
  const { result, answers, facts, reasons } = lastFact(source, 'OpinionDrafted');
  const requests = registration?.requests ?? [];
  return [
    paragraph(`${matter(source)}，本单位已经办理，现将处理意见答复如下：`.replaceAll('您', you)),
    ...parts(
      ['信访人', [paragraph(addresseeOf(registration?.petitioner))]],
      ['投诉请求', listed(requests)],
      [
        '信访人陈述的事实和理由',
        [registration?.facts, registration?.reasons].filter((text) => text !== undefined).map(paragraph),
      ],
      ['经调查核实的事实', [paragraph(facts)]],
      [
        '处理意见',
        [
          paragraph(`对${you}的请求，${resultNames[result] ?? result}。逐项答复如下：`),
          ...answers.map((answer, index) =>
            paragraph(
              `（${itemNumber(index)}）${requests.length > 1 ? `关于“${requests[index] ?? ''}”：` : ''}${answer}`,
            ),
          ),
        ],
      ],
      ['理由', [paragraph(reasons)]],
    ),
  ];
};

/** An opinion, a reply, an answer: the same contents (Art. 32) under another title. */
const answering = (source: Source): Content => {
  const { legalBasis, remedy } = lastFact(source, 'OpinionDrafted');
  const { you, nameOf } = source;
  return {
    body: opinionBody(source),
    basis: legalBasis,
    ...(remedy === undefined
      ? {}
      : {
          remedy: `如不服本处理意见，${you}可以自收到本意见书之日起${String(remedy.limitDays)}日内，向${nameOf(remedy.reviewUnit) || '原办理机关、单位的上一级机关、单位'}书面请求复查（${citation(remedy.basis)}）。`,
        }),
  };
};

const levelNames = { review: '复查', recheck: '复核' } as const;

const reviewing = (source: Source): Content => {
  const { petition, units, nameOf, you } = source;
  const review = petition.reviews.at(-1);
  const level = review?.level ?? 'review';
  const { grounds, on } = lastFact(source, 'ReviewRequested');
  const decided = lastFact(source, 'ReviewDecided');
  const opinion = lastFact(source, 'OpinionDrafted');
  const original = petition.notices.findLast(({ kind }) => kind === 'opinion');
  const earlier = petition.notices.findLast(({ kind, servedOn }) => kind === 'review' && servedOn !== undefined);
  const name = levelNames[level];
  const next = review && units.reviewerOf(review.unit);
  const remedy =
    decided.outcome === 'quash'
      ? `原处理意见已被撤销，${nameOf(opinion.unit)}将自本意见书送达之日起60日内重新作出处理意见；对重新作出的处理意见不服的，${you}仍可依法请求复查。`
      : level === 'review'
        ? `如不服本复查意见，${you}可以自收到本意见书之日起30日内，向${nameOf(next) || '复查机关、单位的上一级机关、单位'}书面请求复核（${citation('R36')}）。`
        : undefined;
  return {
    body: parts(
      [`${name}申请人`, [paragraph(addresseeOf(petition.registration?.petitioner))]],
      [
        `原${level === 'recheck' ? '处理意见和复查' : '处理'}意见`,
        [
          paragraph(
            `${nameOf(opinion.unit)}作出${original?.number ?? ''}信访处理意见：${resultNames[opinion.result] ?? opinion.result}。`,
          ),
          ...(level === 'recheck' && earlier
            ? [paragraph(`${nameOf(earlier.unit)}作出${earlier.number}复查意见。`)]
            : []),
        ],
      ],
      [`请求${name}的事实和理由`, [paragraph(`申请人于${officialDay(on)}请求${name}，称：${grounds}`)]],
      [`${name}意见`, [paragraph(`本单位决定：${outcomeNames[decided.outcome]}。`), paragraph(decided.opinion)]],
    ),
    basis: decided.legalBasis,
    ...(remedy === undefined ? {} : { remedy }),
  };
};

const groundTexts: Readonly<Record<RefusalGround, string>> = {
  litigation: '属于审判机关、检察机关职权范围内的涉法涉诉事项',
  'visit-too-high': '以走访形式越过有权处理的本级或者上一级机关、单位提出',
  'in-process': '同一信访事项已经受理或者正在办理，在规定期限内向上级机关、单位再次提出',
  'after-recheck': '已经复核，仍以同一事实和理由提出',
  'litigation-terminated': '涉法涉诉信访事项已经依法终结',
};

const refusing = (source: Source): Content => {
  const { ground, kind, basis } = lastFact(source, 'RefusalApproved');
  const { reason, properPath } = lastFact(source, 'RefusalProposed');
  const verb = kind === 'not-accepted' ? '不予受理' : '不再受理';
  return {
    body: [
      paragraph(`${matter(source)}（编号${source.petition.number}），本单位已予登记。经审查，决定${verb}。`),
      paragraph(`情形：${groundTexts[ground]}。`),
      paragraph(`理由：${reason}`),
      paragraph(`${source.you}可以通过以下途径解决：${properPath}`),
    ],
    basis: [basis],
  };
};

/** By kind: what the document says. Pure: of the same record always the same. */
export const templates: Readonly<Record<NoticeKind, (source: Source) => Content>> = {
  receipt: (source) => {
    const { petition, organ, you, units, notice, queryCode } = source;
    const { registration } = petition;
    const isOffice = notice.unit !== undefined && units.petitionOfficeOf(notice.unit) === notice.unit;
    return {
      body: [
        paragraph(`${matter(source)}，本单位已予登记。`),
        table(
          ['信访件编号', petition.number],
          ['收到日期', officialDay(registration?.receivedOn ?? '')],
          ['登记单位', organ],
          ['信访形式', registration ? channelNames[registration.channel] : ''],
          ['反映事项', registration?.subject ?? ''],
          ['请求', (registration?.requests ?? []).join('；')],
          ['查询码', queryCode ?? '（登记时已交信访人，请妥善保管，勿告知他人）'],
        ),
        paragraph(
          isOffice
            ? `本单位将自收到之日起15日内，区分情况转送、交办有权处理的机关、单位，并告知${you}去向。`
            : `本单位将自收到之日起15日内，书面告知${you}接收情况以及处理途径和程序；不属于本单位职权范围的，告知${you}转送去向或者有权处理的机关、单位。`,
        ),
      ],
    };
  },
  forwarding: (source) => {
    const { route } = lastFact(source, 'PetitionRouted');
    const { you, nameOf, petition } = source;
    return {
      body: [
        paragraph(
          `${matter(source)}（编号${petition.number}），经审查，属于${nameOf(route.competentUnit)}职权范围。本单位已于${officialDay(route.routedOn)}将该信访事项${dispositionNames[route.disposition]}${nameOf(route.competentUnit)}依规依法处理。`,
        ),
        paragraph(`该机关、单位将自收到之日起15日内书面告知${you}接收情况以及处理途径和程序。`),
      ],
      basis: [route.basis],
    };
  },
  acceptance: (source) => {
    const { on, basis, deadlines } = lastFact(source, 'PetitionAccepted');
    const { you, petition } = source;
    const handling = deadlines.find(({ limit }) => limit === 'handling');
    const other = deadlines.find(({ limit }) => limit !== 'handling');
    return {
      body: [
        paragraph(
          `${matter(source)}（编号${petition.number}），经审查，属于本单位职权范围，本单位决定自${officialDay(on)}起予以受理。`,
        ),
        paragraph(procedureOf(source).replaceAll('您', you)),
        ...(handling
          ? [
              paragraph(
                `本信访事项应当自受理之日起60日内办结，即${officialDay(handling.due)}前（含当日）办结；情况复杂的，经本单位负责人批准，可以适当延长办理期限，但延长期限不得超过${String(maximumExtensionDays)}日，届时将告知${you}延期理由。`,
              ),
            ]
          : []),
        ...(other ? [paragraph(`本单位将于${officialDay(other.due)}前（含当日）予以答复。`)] : []),
      ],
      basis: [basis, ...(handling ? [handling.basis] : [])],
      ...(petition.route?.path === 6 ? {} : { remedy: '您可以凭信访件编号和查询码查询本信访事项的办理进展和结果。' }),
    };
  },
  diversion: (source) => {
    const { procedure, organ, remedy, basis } = lastFact(source, 'PetitionDiverted');
    const { you, petition } = source;
    return {
      body: [
        paragraph(
          `${matter(source)}（编号${petition.number}），经审查，应当通过${procedure}处理，依法导入相应程序，不适用信访程序。`,
        ),
        table(['应当适用的程序', procedure], ['有权处理的机关、机构', organ], [`${you}可以采取的途径`, remedy]),
      ],
      basis: [basis],
    };
  },
  redirection: (source) => {
    const { organ, reason, basis } = lastFact(source, 'PetitionRedirected');
    const { you, petition } = source;
    return {
      body: [
        paragraph(
          `${matter(source)}（编号${petition.number}），经审查，不属于本单位或者本系统职权范围，请${you}向${organ}提出。`,
        ),
        paragraph(`理由：${reason}`),
      ],
      basis: [basis],
      remedy: `请${you}依照法律法规规定的程序和期限，向上述有权处理的机关、单位提出。`,
    };
  },
  'non-acceptance': refusing,
  'no-longer-accepted': refusing,
  retriage: (source) => {
    const { reason } = lastFact(source, 'PetitionRetriaged');
    return {
      body: [
        paragraph(
          `${matter(source)}（编号${source.petition.number}），原分类有误，现重新分类办理，原办理过程予以保留。`,
        ),
        paragraph(`理由：${reason}`),
        paragraph(`办理期限仍自原收到之日起计算；重新分类后的去向将另行告知${source.you}。`),
      ],
    };
  },
  transfer: (source) => {
    const { nameOf, petition, you, events } = source;
    const event = events.at(-1);
    const to =
      event?.type === 'DisputeDecided'
        ? event.data.competentUnit
        : event?.type === 'PetitionMoved' || event?.type === 'PetitionTransferred'
          ? event.data.to
          : undefined;
    return {
      body: [
        paragraph(
          `${matter(source)}（编号${petition.number}），现由${nameOf(to)}继续办理；此前的办理过程继续有效，办理期限不因办理单位变更而延长。`,
        ),
        paragraph(`${you}可以向该机关、单位了解办理情况。`),
      ],
    };
  },
  hearing: (source) => {
    const { on, place, subject, parties, public: open, basis } = lastFact(source, 'HearingNotified');
    return {
      body: [
        paragraph(`${matter(source)}（编号${source.petition.number}），本单位决定举行听证，现将有关事项通知如下：`),
        table(
          ['听证事由', subject],
          ['听证日期', officialDay(on)],
          ['听证地点', place],
          ['参加人', parties.join('、')],
          ['举行方式', open ? '公开' : '不公开'],
        ),
      ],
      basis: [basis],
    };
  },
  extension: (source) => {
    const { days, reason, due } = lastFact(source, 'ExtensionDecided');
    const { you, before, petition } = source;
    const original = deadlineOf(before, 'handling')?.due;
    return {
      body: [
        paragraph(
          `${matter(source)}（编号${petition.number}），因情况复杂，${original === undefined ? '' : `不能在${officialDay(original)}前办结，`}经本单位负责人批准，延长办理期限${String(days)}日${due === undefined ? '' : `，至${officialDay(due)}`}。`,
        ),
        paragraph(`延期理由：${reason}`),
        paragraph(
          `延长期限只能一次，且不超过${String(maximumExtensionDays)}日。本单位将抓紧办理，并向${you}出具书面处理意见。`,
        ),
      ],
    };
  },
  suspension: (source) => {
    const { from, to, reason, source: rule, due } = lastFact(source, 'HandlingSuspended');
    return {
      body: [
        paragraph(
          `${matter(source)}（编号${source.petition.number}），依据${rule}，${officialDay(from)}至${officialDay(to)}不计入办理期限，办理期限至${officialDay(due)}。`,
        ),
        paragraph(`理由：${reason}`),
      ],
    };
  },
  opinion: answering,
  answer: answering,
  reply: answering,
  review: reviewing,
  recheck: reviewing,
  'review-refusal': (source) => {
    const { reason } = lastFact(source, 'ReviewAdmitted');
    const { on } = lastFact(source, 'ReviewRequested');
    const level = source.petition.reviews.at(-1)?.level ?? 'review';
    const name = levelNames[level];
    return {
      body: [
        paragraph(
          `${source.you}于${officialDay(on)}就“${source.petition.registration?.subject ?? ''}”信访事项（编号${source.petition.number}）提出的${name}请求，本单位经审查，决定不予受理。`,
        ),
        paragraph(`理由：${reason}`),
      ],
    };
  },
  agreement: (source) => {
    const { petition, events, organ } = source;
    const mediation = petition.mediations.at(-1);
    const content = lastFact(source, 'AgreementDrafted');
    const { effectiveOn } = lastFact(source, 'AgreementSigned');
    const drafted = events.findLastIndex(({ type }) => type === 'AgreementDrafted');
    const marks = events.slice(drafted).flatMap((event) => (event.type === 'AgreementMarked' ? [event.data] : []));
    const partyName = (id: string) => mediation?.parties.find((each) => each.id === id)?.name ?? id;
    const kinds = { petitioner: '信访人', counterparty: '对方当事人' } as const;
    const whose = (mark: string) =>
      mark === mediatorMark ? '人民调解员' : mark === sealMark ? organ : partyName(mark);
    return {
      addressed: false,
      body: [
        table(...(mediation?.parties ?? []).map(({ name, kind }) => [`当事人（${kinds[kind]}）`, name] as const), [
          '主持调解',
          organ,
        ]),
        ...parts(
          ['纠纷的主要事实、争议事项', [paragraph(content.facts)]],
          ['各方当事人的责任', [paragraph(content.responsibility)]],
          ['协议内容', [paragraph('经调解，双方当事人自愿达成如下协议：'), paragraph(content.terms)]],
          [
            '履行的方式、期限',
            content.obligations.length === 0
              ? [paragraph('本协议生效时即时结清，无待履行的义务。')]
              : [
                  {
                    block: 'table',
                    head: ['履行义务的当事人', '履行内容和方式', '履行期限'],
                    rows: content.obligations.map(({ party, what, due }) => [partyName(party), what, officialDay(due)]),
                  },
                ],
          ],
          [
            '效力',
            [
              paragraph(
                `本协议自各方当事人签名、盖章或者按指印，人民调解员签名并加盖人民调解委员会印章之日起生效，已于${officialDay(effectiveOn)}生效，具有法律约束力，当事人应当按照约定履行。`,
              ),
              paragraph('本协议书由当事人各执一份，人民调解委员会留存一份。'),
            ],
          ],
          [
            '签名、盖章记录',
            [
              {
                block: 'table',
                head: ['签署人', '方式', '日期'],
                rows: marks.map(({ mark, manner, on }) => [whose(mark), mannerNames[manner], officialDay(on)]),
              },
            ],
          ],
        ),
      ],
      basis: ['M31'],
      signatures: [
        ...(mediation?.parties ?? []).map(({ name }) => `当事人 ${name}（签名、盖章或者按指印）：`),
        '人民调解员（签名）：',
        `${organ}（印章）`,
      ],
    };
  },
  withdrawal: (source) => {
    const { on } = lastFact(source, 'WithdrawalConsented');
    const { reason } = lastFact(source, 'WithdrawalRequested');
    return {
      body: [
        paragraph(
          `${matter(source)}（编号${source.petition.number}），${source.you}自愿申请撤回，本单位于${officialDay(on)}同意撤回，办理程序终止。`,
        ),
        paragraph(`撤回理由：${reason}`),
      ],
    };
  },
  reopening: (source) => {
    const { on, reason, authority, deadlines } = lastFact(source, 'PetitionReopened');
    const due = deadlines.find(({ limit }) => limit === 'handling')?.due;
    return {
      body: [
        paragraph(
          `${matter(source)}（编号${source.petition.number}），${authority === 'superior' ? '经上级机关、单位决定' : '经本单位自行纠正'}，自${officialDay(on)}起重新办理；原处理意见存卷备查。`,
        ),
        paragraph(`理由：${reason}`),
        ...(due === undefined ? [] : [paragraph(`重新办理的期限为60日，至${officialDay(due)}。`)]),
      ],
    };
  },
  closing: (source) => {
    const { petition, nameOf, you } = source;
    const { on } = lastFact(source, 'PetitionConcluded');
    const documents = petition.notices.filter(({ kind, servedOn }) => closes.includes(kind) && servedOn !== undefined);
    return {
      body: [
        paragraph(`${matter(source)}（编号${petition.number}），已于${officialDay(on)}办结。`),
        ...(documents.length === 0
          ? []
          : [
              paragraph(`办理过程中已向${you}送达下列文书：`),
              {
                block: 'table',
                head: ['文号', '作出单位', '送达日期'],
                rows: documents.map(({ number, unit, servedOn }) => [
                  number,
                  nameOf(unit),
                  officialDay(servedOn ?? ''),
                ]),
              } as const,
            ]),
      ],
    };
  },
};

/** Documents that a closing refers to: those that answered the petitioner. */
const closes: readonly NoticeKind[] = ['opinion', 'answer', 'reply', 'review', 'recheck', 'agreement'];
