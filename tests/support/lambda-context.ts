import type { Context } from 'aws-lambda';

/** Our handlers read nothing from it. */
export const context = {} as Context;
