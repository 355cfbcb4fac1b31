import { describe, expect, it } from 'vitest';
import { decideAccess } from '../../../domain/access/policy.ts';
import { readershipAt, seenBy } from '../../../domain/access/readership.ts';
import { tasksOf } from '../../../domain/workflow/tasks.ts';
import {
  acceptedPetition,
  continued,
  directory,
  firstDay,
  noon,
  recuse,
  rules,
  sealedPetition,
  stateAfter,
  stored,
} from '../../support/builders.ts';
import { given } from '../../support/given.ts';
import { command, people } from '../../support/intake.ts';

const far = { id: 'far', unit: '622901-zjj', role: 'leader' } as const;
const officer = { id: far.id, name: '', unit: far.unit, roles: [far.role] };
const used = continued(acceptedPetition, command('UseEmergencyAccess', far, { reason: '突发事件' }));
const start = Date.parse(noon(firstDay));
const after = (hours: number, minutes = 0) => new Date(start + hours * 3_600_000 + minutes * 60_000).toISOString();
const may = (action: 'ReadPetition' | 'ReadHistory' | 'FlagUrgent', at: string, history = used) =>
  decideAccess(officer, action, { petition: stateAfter(history), at }, directory).allowed;

describe('emergency access (应急查阅)', () => {
  it('lets somebody whom it does not concern read, and nothing else, until it runs out', () => {
    expect(may('ReadPetition', after(0), acceptedPetition)).toBe(false);
    expect(may('ReadPetition', after(0))).toBe(true);
    expect(may('ReadPetition', after(3, 59))).toBe(true);
    expect(may('ReadPetition', after(4))).toBe(false);
    expect(may('ReadHistory', after(1))).toBe(false);
    expect(may('FlagUrgent', after(1))).toBe(false);
  });

  it('is the person’s own: no colleague reads with it', () => {
    const colleague = { ...officer, id: 'colleague' };
    const petition = stateAfter(used);
    expect(decideAccess(colleague, 'ReadPetition', { petition, at: after(1) }, directory).allowed).toBe(false);
  });

  it('runs as long as is configured', () => {
    const short = {
      ...rules,
      configuration: { ...rules.configuration, emergencyAccess: { hours: 1, source: '某市规定' } },
    };
    given(...acceptedPetition)
      .when(command('UseEmergencyAccess', far, { reason: '突发事件' }), short)
      .thenEvents({
        type: 'EmergencyAccessUsed',
        data: { by: 'far', unit: far.unit, role: 'leader', reason: '突发事件', until: after(1), source: '某市规定' },
      });
  });

  it('waits at once for the office that supervises the case, never for whoever used it', () => {
    const [task] = tasksOf(stateAfter(used), directory).filter(({ step }) => step === 'review-emergency-access');
    const office = directory.supervisorOf(directory.petitionOfficeOf('622901007-zx'));
    expect(task).toMatchObject({ audience: `supervisor@${office}`, excluded: ['far'] });
    given(...used)
      .when(command('ReviewEmergencyAccess', far, { access: 1, justified: true, remark: '自评' }))
      .thenRefused('own-proposal');
    const reviewed = continued(
      used,
      command('ReviewEmergencyAccess', people.countyOfficer, { access: 1, justified: false, remark: '并不紧急' }),
    );
    expect(stateAfter(reviewed).emergencies).toMatchObject([
      { by: 'far', justified: false, reviewedBy: expect.any(String) },
    ]);
    expect(tasksOf(stateAfter(reviewed), directory).some(({ step }) => step === 'review-emergency-access')).toBe(false);
    given(...reviewed)
      .when(command('ReviewEmergencyAccess', people.countyOfficer, { access: 1, justified: true, remark: '再次' }))
      .thenRefused('already-decided');
  });

  it('is not used twice at once, but again when it has run out', () => {
    given(...used)
      .when(command('UseEmergencyAccess', far, { reason: '再次' }))
      .thenRefused('already-decided');
    given(...used)
      .when({ ...command('UseEmergencyAccess', far, { reason: '再次' }), at: after(4) })
      .thenTypes('EmergencyAccessUsed');
  });

  it('opens nothing that is sealed, and nothing to who is recused, however it was come by', () => {
    const asked = (history: typeof used, action: 'UseEmergencyAccess' | 'ReadPetition') => {
      const decision = decideAccess(officer, action, { petition: stateAfter(history), at: after(1) }, directory);
      return decision.allowed ? 'allowed' : decision.code;
    };
    expect(asked(sealedPetition, 'UseEmergencyAccess')).toBe('not-found');
    const recused = continued(used, recuse({ officer: 'far' }));
    expect([asked(recused, 'UseEmergencyAccess'), asked(recused, 'ReadPetition')]).toEqual(['recused', 'recused']);
  });
});

describe('who could have seen it', () => {
  const events = stored(used);
  const readers = (at: string) => readershipAt(events, at, directory);

  it('is what policy and record said at that moment, not what they say now', () => {
    const [registered] = events;
    const first = readers(registered?.at ?? '');
    expect(first?.units.find(({ unit }) => unit === '622901007-zx')?.roles).toContain('receptionist');
    // Routed later: the organ could not know of it then.
    const housing = ({ units = [] }: { units?: readonly { unit: string }[] } = {}) =>
      units.some(({ unit }) => unit === '622901-zrzy');
    expect([housing(readershipAt(events.slice(0, 1), after(1), directory)), housing(readers(after(1)))]).toEqual([
      false,
      true,
    ]);
    expect(readershipAt(events, '2020-01-01T00:00:00.000Z', directory)).toBeUndefined();
  });

  it('names emergency accesses while they ran, and the recused', () => {
    expect(readers(after(1))?.persons).toMatchObject([{ officer: 'far', why: 'emergency access', unit: far.unit }]);
    expect(readers(after(5))?.persons).toEqual([]);
    const recused = continued(acceptedPetition, recuse({ officer: 'handler' }));
    expect(readershipAt(stored(recused), after(1), directory)?.recused).toEqual(['handler']);
  });

  it('says of each who did, when and what, and who else did', () => {
    const read = (id: string, unit: string, role: string, hours: number, what = 'petition') => ({
      type: 'PersonalDataRead',
      at: after(hours),
      actor: { id, unit, role },
      data: { what },
    });
    const could = readers(after(1));
    if (!could) throw new Error('It was registered.');
    const seen = seenBy(could, [
      read('clerk', '622901-zx', 'receptionist', 0),
      read('clerk', '622901007-zx', 'receptionist', 0),
      read('clerk', '622901007-zx', 'receptionist', 0.5, 'history'),
      read('far', far.unit, 'leader', 0.5),
      { ...read('auditor', '622901-xf', 'auditor', 0.6), type: 'HistoryExported', data: {} as never },
      // After the moment that was asked about.
      read('later', '622901007-zx', 'receptionist', 2),
    ]);
    expect(seen.units.find(({ unit }) => unit === '622901007-zx')?.read).toEqual([
      {
        officer: 'clerk',
        unit: '622901007-zx',
        role: 'receptionist',
        first: after(0),
        last: after(0.5),
        times: 2,
        what: ['petition', 'history'],
      },
    ]);
    expect(seen.persons).toMatchObject([{ officer: 'far', read: [{ officer: 'far', times: 1 }] }]);
    // The same person in a post that did not open it, and whoever stands nowhere.
    expect(seen.others.map(({ officer, unit, what }) => [officer, unit, ...what])).toContainEqual([
      'clerk',
      '622901-zx',
      'petition',
    ]);
    expect(JSON.stringify(seen)).not.toContain('later');
    const counted = [...seen.units, ...seen.persons, ...seen.recused].flatMap((one) => one.read).length;
    expect(counted + seen.others.length).toBe(4);
  });

  it('tells apart who has withdrawn since, with what he had read before', () => {
    const could = readershipAt(
      stored(continued(acceptedPetition, recuse({ officer: 'handler' }))),
      after(1),
      directory,
    );
    if (!could) throw new Error('It was registered.');
    const actor = { id: 'handler', unit: '622901-zrzy', role: 'handler' };
    const seen = seenBy(could, [{ type: 'PersonalDataRead', at: after(0), actor, data: { what: 'petition' } }]);
    expect(seen.recused).toMatchObject([{ officer: 'handler', read: [{ unit: '622901-zrzy', times: 1 }] }]);
    expect(seen.units.flatMap(({ read: by }) => by)).toEqual([]);
  });

  it('of a sealed accusation is its organ alone', () => {
    const sealed = readershipAt(stored(sealedPetition), after(1), directory);
    expect(sealed?.sealed).toBe(true);
    expect(sealed?.units.map(({ unit }) => unit)).toEqual(['622901-jw']);
  });
});
