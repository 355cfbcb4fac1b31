import { expect, it } from 'vitest';
import { allRoutes } from '../../functions/routes.ts';

import { bodyFor } from '../support/sample.ts';

it.each(allRoutes.filter(({ body }) => body).map((route) => [`${route.method} ${route.path}`, route] as const))(
  'the sample body of %s is one that its schema takes',
  (_, route) => {
    const parsed = route.body?.().safeParse(bodyFor(route));
    expect(parsed?.error?.issues ?? []).toEqual([]);
  },
);
