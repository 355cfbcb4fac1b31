import { describe, expect, it } from 'vitest';
import {
  accept,
  amend,
  content,
  continued,
  link,
  noon,
  noteInstruction,
  number,
  officers,
  recuse,
  register,
  registeredPetition,
  routedPetition,
  started,
  unlink,
} from '../../support/builders.ts';
import { given } from '../../support/given.ts';

const persons = (count: number) => Array.from({ length: count }, (_, i) => ({ name: `代表${String(i + 1)}` }));
const joint = (representatives: number, headcount: number) => ({
  ...content,
  petitioner: { form: 'joint' as const, representatives: persons(representatives), headcount },
});

describe('registering a petition', () => {
  it('records who registered it, for which unit, and starts the 15 days of Art. 22', () => {
    given()
      .when(register())
      .thenEvents({
        type: 'PetitionRegistered',
        data: {
          number,
          registration: {
            ...content,
            unit: '622901007-zx',
            receivedOn: '2026-03-02',
            registeredBy: officers.receptionist.id,
          },
          deadlines: [started('forward', '2026-03-02', '2026-03-17')],
        },
      });
  });

  it('waits for the petition office to route it', () => {
    given().when(register()).thenWaitsFor('intake/triage');
  });

  it('takes the legal day of Shanghai, not of Greenwich', () => {
    given()
      .when(register({ at: '2026-03-02T16:30:00.000Z' }))
      .thenState(({ registration }) => expect(registration?.receivedOn).toBe('2026-03-03'));
  });

  it('counts a letter from the day it was received', () => {
    given()
      .when(register({ receivedOn: '2026-02-27' }))
      .thenState(({ deadlines }) => expect(deadlines[0]).toMatchObject({ from: '2026-02-27', due: '2026-03-16' }));
  });

  it('refuses a day of receipt that has not come', () =>
    given()
      .when(register({ receivedOn: '2026-03-03' }))
      .thenRefused('rule-violated', { pointer: '/receivedOn' }));

  it('refuses a number that is taken', () =>
    given(...registeredPetition)
      .when(register())
      .thenRefused('already-decided'));

  it('takes an anonymous petition', () =>
    given()
      .when(register({ content: { ...content, petitioner: { form: 'anonymous' } } }))
      .thenTypes('PetitionRegistered'));

  it('takes five representatives of many', () =>
    given()
      .when(register({ content: joint(5, 200) }))
      .thenTypes('PetitionRegistered'));

  it('refuses the sixth representative and points at it', () =>
    given()
      .when(register({ content: joint(6, 200) }))
      .thenRefused('too-many-representatives', { pointer: '/petitioner/representatives/5', basis: 'R20' }));

  it.each([
    [0, 1],
    [3, 2],
  ])('refuses %i representatives of a group of %i', (representatives, headcount) =>
    given()
      .when(register({ content: joint(representatives, headcount) }))
      .thenRefused('rule-violated', { pointer: '/petitioner/headcount' }),
  );
});

describe('a registered petition', () => {
  it('can be amended until it is routed', () => {
    given(...registeredPetition)
      .when(amend())
      .thenState(({ registration }) => expect(registration).toMatchObject({ ...content, place: '某村' }));
    given(...routedPetition)
      .when(amend())
      .thenRefused('not-the-step');
  });

  it('is linked to an earlier one once, and unlinked again', () => {
    given(...registeredPetition)
      .when(link())
      .thenTypes('RepeatLinked');
    const linked = continued(registeredPetition, link());
    given(...linked)
      .when(link())
      .thenRefused('already-decided');
    given(...linked)
      .when(unlink())
      .thenState(({ repeats }) => expect(repeats).toEqual([]));
    given(...registeredPetition)
      .when(unlink())
      .thenRefused('not-the-step');
  });

  it('does not repeat itself', () =>
    given(...registeredPetition)
      .when(link({ earlier: number }))
      .thenRefused('rule-violated', { pointer: '/earlier' }));

  it('notes a recusal with its article, once for each officer', () => {
    given(...registeredPetition)
      .when(recuse())
      .thenEvents({ type: 'RecusalDeclared', data: { officer: 'handler', interest: '近亲属', basis: 'R28' } });
    given(...continued(registeredPetition, recuse()))
      .when(recuse())
      .thenRefused('already-decided');
  });

  it("keeps a leader's instruction in its history", () =>
    given(...registeredPetition)
      .when(noteInstruction())
      .thenTypes('InstructionNoted'));
});

describe('a petition that nobody registered', () => {
  it.each([amend(), link(), recuse(), noteInstruction(), accept()])('answers $type with not found', (command) =>
    given()
      .when({ ...command, at: noon('2026-03-03') })
      .thenRefused('not-found'),
  );
});
