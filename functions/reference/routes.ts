import * as z from 'zod/mini';
import { route } from '../shared/route.ts';
import { Any } from '../shared/schemas.ts';

const tag = 'reference';

export const health = route({
  method: 'GET',
  path: '/health',
  actions: ['ReadPublicPages'],
  public: true,
  tag,
  summary: 'Is the API up?',
  response: () => z.object({ status: z.literal('ok') }),
});

export const openApi = route({
  method: 'GET',
  path: '/openapi.json',
  actions: ['ReadPublicPages'],
  public: true,
  tag,
  summary: 'This description',
  response: () => Any,
});

export const routes = [health, openApi];
