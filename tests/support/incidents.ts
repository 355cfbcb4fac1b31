import type { PetitionCommand } from '../../domain/petition/petition.ts';
import type { EventActor } from '../../domain/ports.ts';
import { firstDay, noon, officers } from './builders.ts';

type Without<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
type Intent<T extends PetitionCommand['type']> = Without<Extract<PetitionCommand, { type: T }>, 'by' | 'at' | 'type'>;

/** A kind of command with its usual content; a test names only what is different. */
const usual =
  <T extends PetitionCommand['type']>(type: T, by: EventActor, content: Intent<T>) =>
  (over: Partial<Intent<T>> & { by?: EventActor; at?: string } = {}): Extract<PetitionCommand, { type: T }> =>
    ({ type, by, at: noon(firstDay), ...content, ...over }) as unknown as Extract<PetitionCommand, { type: T }>;

const { receptionist, officer, handler, leader, rechecker } = officers;

export const scheduleHearing = usual('ScheduleHearing', rechecker, {
  on: '2026-03-20',
  place: '州信访局听证室',
  subject: '补偿面积',
  parties: ['张三', '自然资源局'],
  public: true,
});
export const recordHearing = usual('RecordHearing', rechecker, {
  hearing: 1,
  from: '2026-03-20',
  to: '2026-03-20',
  present: ['张三'],
  record: '双方陈述、质证。',
});
export const cancelHearing = usual('CancelHearing', rechecker, { hearing: 1, reason: '当事人申请' });
export const support = usual('RecordSupport', officer, { kind: 'social-assistance', account: '协助申请临时救助' });
export const withdraw = usual('RequestWithdrawal', receptionist, {
  reason: '问题已解决',
  voluntariness: '本人到场，单独询问确认自愿',
});
export const decideWithdrawal = usual('DecideWithdrawal', officer, { consented: true, reason: '出于自愿' });
export const retractWithdrawal = usual('RetractWithdrawal', officers.petitioner, {});
export const recordDeath = usual('RecordDeath', receptionist, { diedOn: '2026-03-01', evidence: '死亡证明' });
export const heirs = usual('ContinueByHeirs', receptionist, {
  petitioner: { form: 'individual', person: { name: '张小三', phone: '13900005678' } },
  evidence: '户口簿',
});
export const decideAfterDeath = usual('DecideAfterDeath', officer, { decision: 'end', reason: '无人继续' });
export const changeRepresentatives = usual('ChangeRepresentatives', receptionist, {
  representatives: [{ name: '李四' }, { name: '王五' }],
  authority: '全体推选书',
});
export const attempt = usual('RecordContactAttempt', handler, {
  on: firstDay,
  method: '电话',
  reached: false,
  account: '无人接听',
});
export const publishByCode = usual('PublishByCode', handler, {});
export const split = usual('SplitPetition', officer, {
  parts: [{ number: 'PART-1', requests: [1], subject: '公开补偿标准', facts: '至今未公开补偿标准。' }],
  reason: '属住建局职权',
});
export const noteChild = usual('NoteChild', handler, { child: 'PART-1', settled: true });
export const transfer = usual('TransferPetition', officer, { to: '622901-zjj', reason: '职能划转' });
export const reopen = usual('ReopenPetition', leader, { ground: 'error', reason: '测量结论有误' });
export const tollWindow = usual('RecordForceMajeure', officer, {
  from: '2026-03-10',
  to: '2026-03-14',
  reason: '洪水断路',
});
