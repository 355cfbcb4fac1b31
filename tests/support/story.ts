import { legalDay } from '../../domain/calendar/calendar.ts';
import type { Answer, ApiClient } from '../../local/api-client.ts';
import { type Story, type StoryStep, scenarioA } from '../../local/scenario-a.ts';

export const centre = '622901007-zzzx';
export const land = '622901-zrzy';
export const justice = '622901-sfj';
export const discipline = '622901-jwjw';

/** Who receives for the street, as the rota and a reception day name him. */
export const streetLeader = {
  leader: 'street-leader',
  leaderName: '街道领导甲',
  post: '副书记',
  portfolio: '综合治理',
};

export const today = (): string => legalDay(new Date().toISOString());

/** A reception day of today at the street's desk, that ends late enough for whatever hour the test runs at. */
export const receptionDay = (over: object = {}) => ({
  ...streetLeader,
  mode: '定点接访',
  place: '接访室',
  date: today(),
  from: '09:00',
  to: '23:59',
  ...over,
});

/** Publishes it, and its leader confirms it: without a rota nobody knows him as one, and it is not public before. */
export const openReceptionDay = async (api: ApiClient, over: object = {}): Promise<string> => {
  const { number } = await api.as('receptionist').post('/reception-sessions', receptionDay(over));
  await api.as('street-leader').changeSession(number, 'confirmation', {});
  return number;
};

/** Scenario A that has not begun. */
export const newStory = (api: ApiClient): Story & { readonly api: ApiClient } => ({
  api,
  today: today(),
});

/** A registration with two requests, as the opinion of scenario A answers them. */
export const registration = (changes: object = {}): object => ({
  channel: 'visit',
  petitioner: {
    form: 'individual',
    person: { name: '钱某', identityNumber: '622901198001010011', phone: '13900000002' },
  },
  subject: '土地征收补偿标准争议',
  requests: ['按公告标准补足土地征收补偿款', '说明补偿款的计算依据'],
  facts: '补偿款与公告标准不一致。',
  ...changes,
});

/** A registered petition at the street centre, from which the steps of scenario A can be taken. */
export const registeredStory = async (api: ApiClient, changes: object = {}): Promise<Story & { number: string }> => {
  const { number, queryCode } = await api.as('receptionist').post('/petitions', registration(changes));
  return { ...newStory(api), number, queryCode };
};

export const stepOf = (id: string): StoryStep => {
  const step = scenarioA.find((each) => each.id === id);
  if (!step) throw new Error(`Scenario A has no step ${id}.`);
  return step;
};

/** Takes steps of scenario A, one after the other. */
export const take = async (story: Story, ...ids: readonly string[]): Promise<Answer> => {
  let answer: Answer;
  for (const id of ids) answer = await stepOf(id).run(story);
  return answer;
};

const reported = [`report-in-${centre}`, `report-in-${land}`, `report-in-${justice}`];

/** Steps of scenario A from registration to the archive when nothing is mediated. */
export const withoutMediation: readonly string[] = [
  'route',
  'accept',
  'propose',
  'approve',
  ...reported,
  'outcome-land',
  'outcome-justice',
  'draft-opinion',
  'approve-opinion',
  'serve-opinion',
  'rate',
  'decline-review',
  'request-closing',
  'confirm-closing',
];

/** Those of `withoutMediation` up to and including one. */
export const until = (last: string): readonly string[] => {
  const end = withoutMediation.indexOf(last);
  if (end < 0) throw new Error(`${last} is no step without mediation.`);
  return withoutMediation.slice(0, end + 1);
};

/** Those after it. */
export const after = (last: string): readonly string[] => withoutMediation.slice(until(last).length);

/** A petition's whole history, as the auditor reads it. */
export const historyOf = async (api: ApiClient, number: string): Promise<Answer[]> => {
  const items: Answer[] = [];
  let cursor: string | undefined;
  do {
    const page: Answer = await api
      .as('auditor')
      .get(`/petitions/${number}/history?limit=100${cursor === undefined ? '' : `&cursor=${cursor}`}`);
    items.push(...page.items);
    cursor = page.cursor;
  } while (cursor !== undefined);
  return items;
};

/** Everything on an officer's worklist. */
export const worklistOf = async (api: ApiClient, identity: string): Promise<Answer[]> => {
  const items: Answer[] = [];
  let cursor: string | undefined;
  do {
    const page: Answer = await api
      .as(identity)
      .get(`/worklist?limit=100${cursor === undefined ? '' : `&cursor=${cursor}`}`);
    items.push(...page.items);
    cursor = page.cursor;
  } while (cursor !== undefined);
  return items;
};

/** A bundle of the history, as `npm run export` gets it. */
export const exportOf = async (api: ApiClient, scope: object, as = 'auditor'): Promise<string> => {
  const { export: name } = await api.as(as).post('/history-exports', { scope, purpose: 'audit' });
  const authorization = `Bearer ${await api.token(as)}`;
  let bundle = '';
  for (let cursor: string | null = null; ; ) {
    const url = `${api.baseUrl}/history-exports/${String(name)}${cursor === null ? '' : `?cursor=${cursor}`}`;
    const response = await fetch(url, { headers: { authorization } });
    if (!response.ok) throw new Error(await response.text());
    bundle += await response.text();
    cursor = response.headers.get('xinfang-cursor');
    if (cursor === null) return bundle;
  }
};
