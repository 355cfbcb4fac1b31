import { expect, it } from 'vitest';
import { decide } from '../../../domain/petition/petition.ts';
import { stepKey } from '../../../domain/workflow/signals.ts';
import { petitionWrite } from '../../../functions/shared/stream-writes.ts';
import { acceptedOn, law, onFrom } from '../../regulation/cases.ts';
import { noon, stateAfter } from '../../support/builders.ts';
import { command, people } from '../../support/intake.ts';

const supervisor = { id: 'supervisor', unit: '622901-xfj', role: 'supervisor' };
const propose = (addressee: string) => {
  const measure = { supervision: 1, kind: 'improve-policy', addressee, text: '建议' } as const;
  return command('ProposeMeasure', supervisor, measure, '2026-03-20');
};

it('closes a task with a leg under the key under which it was opened', () => {
  const against = { ground: 'shirking', against: '622901-zrzy', reason: '推诿' } as const;
  const accepted = acceptedOn('2026-03-02');
  const supervised = stateAfter(onFrom(accepted, command('OpenSupervision', supervisor, against, '2026-03-20')));
  const proposed = stateAfter(
    onFrom(accepted, command('OpenSupervision', supervisor, against, '2026-03-20'), propose('622901')),
  );
  const opened = petitionWrite(
    supervised,
    decide(propose('622901'), supervised, law),
    'P1',
    noon('2026-03-20'),
    supervisor,
    law,
  ).opened?.map((item) => stepKey(item as never));
  expect(opened).toEqual(['task#1#answer-proposal#1']);
  const answer = { supervision: 1, proposal: 1, adopted: true, text: '修订' } as const;
  const feedback = command('GiveFeedback', people.reviewer, answer, '2026-03-23');
  const { decisions } = petitionWrite(
    proposed,
    decide(feedback, proposed, law),
    'P1',
    noon('2026-03-23'),
    people.reviewer,
    law,
  );
  expect(decisions.map(stepKey)).toEqual(opened);
});
