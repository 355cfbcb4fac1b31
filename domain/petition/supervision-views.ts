import type { NewEvent } from '../ports.ts';
import type { PetitionEvent } from './petition.ts';
import type { Petition } from './state.ts';

type DataOf<T extends PetitionEvent['type']> = Extract<PetitionEvent, { type: T }>['data'];

const dataOf = <T extends PetitionEvent['type']>(events: readonly NewEvent[], type: T): DataOf<T>[] =>
  (events as unknown as PetitionEvent[]).flatMap((event) => (event.type === type ? [event.data as DataOf<T>] : []));

/** Every supervision with its proposals, the feedback and the finding (Art. 40), and an extension that waits. */
export const supervisionView = (petition: Petition, events: readonly NewEvent[]) => {
  const opened = dataOf(events, 'SupervisionOpened');
  const of = <T extends { readonly supervision: number }>(facts: readonly T[], index: number) =>
    facts.filter(({ supervision }) => supervision === index + 1);
  const [proposed, answered, closed] = [
    dataOf(events, 'MeasureProposed'),
    dataOf(events, 'FeedbackGiven'),
    dataOf(events, 'SupervisionClosed'),
  ];
  const feedback = (given: DataOf<'FeedbackGiven'> | undefined) =>
    given && { unit: given.unit, adopted: given.adopted, text: given.text };
  return {
    extensionRequest: petition.extensionRequest,
    supervisions: petition.supervisions.map(({ ground, against, openedBy, automatic, closedBy }, index) => ({
      number: index + 1,
      ground,
      against,
      openedBy,
      automatic,
      reason: opened[index]?.reason ?? opened[index]?.missed,
      proposals: of(proposed, index).map(({ kind, addressee, text }, place) => ({
        kind,
        addressee,
        text,
        feedback: feedback(of(answered, index).find(({ proposal }) => proposal === place + 1)),
      })),
      feedback: feedback(of(answered, index).find(({ proposal }) => proposal === undefined)),
      closedBy,
      finding: of(closed, index)[0]?.finding,
    })),
  };
};
