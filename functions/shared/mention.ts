import { isSealed } from '../../domain/access/policy.ts';
import { foldPetition } from '../../domain/petition/petition.ts';
import type { RecordStore } from '../../domain/ports.ts';

/**
 * Whether a petition may be mentioned to an officer in a list that is not about it: a sealed one never is, nor is any to
 * an officer who is recused from it. Asks once for each petition.
 */
export const mentionable = (records: Pick<RecordStore, 'load'>, officerId: string) => {
  const known = new Map<string, Promise<boolean>>();
  const ask = async (number: string): Promise<boolean> => {
    const petition = foldPetition((await records.load({ kind: 'petition', id: number })).events);
    return !isSealed(petition) && !petition.recused.includes(officerId);
  };
  return (number: string): Promise<boolean> => {
    const answer = known.get(number) ?? ask(number);
    known.set(number, answer);
    return answer;
  };
};
