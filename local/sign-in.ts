/** Signs a demonstration officer in without a browser, by the same flow that a browser goes through. */

import { createHash, randomBytes } from 'node:crypto';
import { CLIENT_ID, RESOURCE, SCOPE } from './oidc-client.ts';

/** Access token of an identity of `local/data/identities.json`: authorization code with PKCE over HTTP. */
export async function signIn(baseUrl: string, identityId: string): Promise<string> {
  const cookies = new Map<string, string>();
  const visit = async (url: string, init: RequestInit = {}) => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(new URL(url, baseUrl), {
      ...init,
      redirect: 'manual',
      headers: { ...init.headers, cookie },
    });
    for (const one of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(one) ?? [];
      cookies.set(name, value);
    }
    return response;
  };
  /** Where the response leads. */
  const next = async (response: Response) => {
    const location = response.headers.get('location');
    if (location === null) throw new Error(`Signing in stopped with ${response.status}: ${await response.text()}`);
    return new URL(location, baseUrl).href;
  };

  const verifier = randomBytes(32).toString('base64url');
  const redirectUri = `${baseUrl}/callback`;
  const request = new URLSearchParams({
    client_id: CLIENT_ID,
    response_type: 'code',
    redirect_uri: redirectUri,
    scope: SCOPE,
    resource: RESOURCE,
    state: randomBytes(16).toString('base64url'),
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  });
  const login = await next(await visit(`/oidc/auth?${request}`));
  const chosen = await visit(login, { method: 'POST', body: new URLSearchParams({ identity: identityId }) });
  const back = new URL(await next(await visit(await next(chosen))));
  const code = back.searchParams.get('code');
  if (code === null || back.searchParams.get('state') !== request.get('state'))
    throw new Error(`Signing in failed: ${back.searchParams}`);
  const answer = await visit('/oidc/token', {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: CLIENT_ID,
      code,
      redirect_uri: redirectUri,
      code_verifier: verifier,
    }),
  });
  const { access_token } = (await answer.json()) as { access_token?: string };
  if (access_token === undefined) throw new Error(`Signing in failed with ${answer.status}`);
  return access_token;
}
