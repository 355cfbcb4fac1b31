import { expect, it, vi } from 'vitest';
import { createHandler } from '../../../functions/tripwire/handler.ts';
import { context } from '../../support/lambda-context.ts';

it('says which fact was changed or removed', async () => {
  const errors = vi.spyOn(console, 'error').mockImplementation(() => {});
  const Keys = { pk: { S: 'P#622901007-20260302-7K3QXA' }, sk: { S: '00000007' } };
  await createHandler()({ Records: [{ eventName: 'REMOVE', dynamodb: { Keys } }] }, context);
  expect(errors).toHaveBeenCalledExactlyOnceWith(
    expect.objectContaining({ alarm: 'history-tampering', operation: 'REMOVE', stream: Keys.pk.S, event: Keys.sk.S }),
  );
});
