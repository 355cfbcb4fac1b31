import { ApiProblem } from '../../local/api-client.ts';

/** Status and code with which a request is refused. @throws Error when it is not */
export const refusal = async (attempt: Promise<unknown>): Promise<readonly [status: number, code: string]> => {
  try {
    await attempt;
  } catch (error) {
    if (error instanceof ApiProblem) return [error.status, error.code];
    throw error;
  }
  throw new Error('It was not refused.');
};
