import { describe, expect, it } from 'vitest';
import { routesByFunction } from '../../../infra/routes.ts';

/** POST only because what is asked for must not stand in an address, or because every time is recorded, or because it repairs what differs. */
const harmless = [
  'booking /portal/booking',
  'documents /portal/notices',
  'documents /portal/notices/{id}',
  'enquiry /petitions/{number}/disclosures',
  'evidence /portal/evidence-downloads',
  'evidence /portal/evidence-list',
  'operations /operations/catch-ups',
  'operations /operations/reconciliations',
  'portal /portal/petition',
  'reception-desk /petition-lookups',
  'reception-desk /reception-sessions/{id}/bookings/{booking}/disclosures',
];

describe('a request that is repeated', () => {
  it('changes nothing twice: every POST takes an Idempotency-Key or changes nothing of a petition', () => {
    const without = [...routesByFunction].flatMap(([name, routes]) =>
      (routes as readonly { method: string; path: string; write?: string }[])
        .filter(({ method, write }) => method === 'POST' && write === undefined)
        .map(({ path }) => `${name} ${path}`),
    );
    expect(without.sort()).toEqual(harmless);
  });
});
