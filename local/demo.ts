import { legalDay } from '../domain/calendar/calendar.ts';
import { type Answer, ApiClient } from './api-client.ts';
import { type Story, scenarioA } from './scenario-a.ts';

/** `npm run demo`: plays scenario A through the API of a running `npm start` and prints the history at the end. */
const baseUrl = `http://127.0.0.1:${process.env.PORT ?? '3000'}`;

const up = await fetch(`${baseUrl}/health`).then(
  (response) => response.ok,
  () => false,
);
if (!up) {
  console.error(`没有找到运行中的服务 ${baseUrl}，请先在另一个终端运行 npm start。`);
  console.error(`Nothing answers at ${baseUrl}: run npm start in another terminal first.`);
  process.exit(1);
}

const api = new ApiClient(baseUrl);
const story: Story = { api, today: legalDay(new Date().toISOString()) };

for (const [index, step] of scenarioA.entries()) {
  const answer = await step.run(story);
  const who = (step.actor ?? 'petitioner').padEnd(18);
  console.log(`${String(index + 1).padStart(2)}. ${who} ${step.zh}\n    ${' '.repeat(18)} ${step.en}`);
  const happened = answer?.events?.join(', ') ?? answer?.refused;
  if (happened)
    console.log(
      `    ${' '.repeat(18)} → ${answer.number ?? story.number} v${String(answer.version ?? '-')}: ${happened}`,
    );
}

const auditor = api.as('auditor');
console.log('\n审计：全部历史 / The whole history, as the auditor reads it');
let cursor = '';
do {
  const page = await auditor.get(`/petitions/${story.number ?? ''}/history?limit=100${cursor && `&cursor=${cursor}`}`);
  for (const { seq, at, actor, type, hash } of page.items as Answer[]) {
    console.log(
      `${String(seq).padStart(4)}  ${at}  ${`${actor.role}:${actor.id}`.padEnd(30)} ${type.padEnd(24)} ${hash.slice(0, 12)}`,
    );
  }
  cursor = page.cursor ?? '';
} while (cursor !== '');

const { version, events, chainWhole, stateEqual } = await auditor.get(`/petitions/${story.number ?? ''}/replay`);
console.log(
  `\n重放 / Replay: ${String(events)} facts, version ${String(version)}, chain ${chainWhole ? 'whole 完整' : 'BROKEN'}, state ${stateEqual ? 'equal 一致' : 'DIFFERENT'}`,
);
const seen = await api.as().post('/portal/petition', { number: story.number, queryCode: story.queryCode });
console.log(
  `信访人所见 / What the petitioner sees: ${seen.status}, ${seen.milestones.map((each: Answer) => `${each.what} ${each.on}`).join(', ')}`,
);
console.log(`\n信访件 / Petition ${story.number ?? ''}, 查询码 / query code ${story.queryCode ?? ''}`);
