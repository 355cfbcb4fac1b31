/** `/oidc`: an OpenID provider that signs demonstration officers in and issues the tokens that the API checks. */

import { generateKeyPairSync, randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import Provider, { type Context } from 'oidc-provider';
import { readBody } from './aws-json.ts';
import type { SideDoor } from './http-api.ts';
import type { Identity } from './identities.ts';
import { IdentityStorage } from './identity-storage.ts';
import { secretFile } from './keys.ts';
import { failurePage, loginPage, loginPolicy, logoutPage, signedOutPage } from './login-page.ts';
import { AUDIENCE, CLIENT_ID, RESOURCE, SCOPE } from './oidc-client.ts';

const MINUTE = 60;
const HOUR = 60 * MINUTE;

/** Where the console may be sent back to: here, and on the development server. */
const consoleOrigins = (baseUrl: string) => [baseUrl, 'http://127.0.0.1:5173', 'http://localhost:5173'];

/** Creates the provider for a base URL such as `http://127.0.0.1:3000`; its keys live in the data folder. */
export function createIdentity(baseUrl: string, folder: string, identities: readonly Identity[]): SideDoor {
  const policy = loginPolicy(consoleOrigins(baseUrl));
  const pageHeaders = { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': policy };
  const show = (ctx: Context, page: string): void => {
    ctx.set('content-security-policy', policy);
    ctx.body = page;
  };
  const byId = new Map(identities.map((one) => [one.id, one]));
  const claimsOf = (id: string) => {
    const identity = byId.get(id);
    return identity && { sub: id, name: identity.name, unit: identity.unit, roles: identity.roles.join(' ') };
  };
  const provider = new Provider(`${baseUrl}/oidc`, {
    adapter: IdentityStorage,
    jwks: JSON.parse(
      secretFile(join(folder, 'keys/oidc.json'), () => JSON.stringify({ keys: [signingKey()] })).toString(),
    ),
    cookies: { keys: [secretFile(join(folder, 'keys/cookies'), () => randomBytes(32).toString('hex')).toString()] },
    clients: [
      {
        client_id: CLIENT_ID,
        client_name: '信访',
        token_endpoint_auth_method: 'none',
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        redirect_uris: [
          `${baseUrl}/docs/oauth2-redirect.html`,
          ...consoleOrigins(baseUrl).flatMap((origin) => [
            `${origin}/`,
            `${origin}/callback`,
            `${origin}/silent-renew`,
          ]),
        ],
        post_logout_redirect_uris: consoleOrigins(baseUrl).map((origin) => `${origin}/`),
      },
    ],
    clientBasedCORS: (_: Context, origin: string) => consoleOrigins(baseUrl).includes(origin),
    scopes: ['openid', 'profile', 'officer'],
    claims: { openid: ['sub'], profile: ['name'], officer: ['unit', 'roles'] },
    conformIdTokenClaims: false,
    responseTypes: ['code'],
    pkce: { required: () => true },
    findAccount: (_: Context, id: string) => byId.has(id) && { accountId: id, claims: () => claimsOf(id) },
    extraTokenClaims: (_: Context, token: { accountId?: string }) => {
      const { sub: _sub, ...claims } = claimsOf(token.accountId ?? '') ?? { sub: '' };
      return claims;
    },
    // Signing in is the consent: there is one client, ours.
    loadExistingGrant: async ({ oidc }: Context) => {
      const known = oidc.session.grantIdFor(oidc.client.clientId);
      const found = known === undefined ? undefined : await oidc.provider.Grant.find(known);
      if (found !== undefined) return found;
      const grant = new oidc.provider.Grant({ accountId: oidc.session.accountId, clientId: oidc.client.clientId });
      grant.addOIDCScope(SCOPE);
      grant.addResourceScope(RESOURCE, SCOPE);
      await grant.save();
      return grant;
    },
    issueRefreshToken: () => true,
    features: {
      devInteractions: { enabled: false },
      resourceIndicators: {
        enabled: true,
        defaultResource: (_: Context, __: unknown, oneOf?: string) => oneOf ?? RESOURCE,
        useGrantedResource: () => true,
        getResourceServerInfo: (_: Context, resource: string) => {
          if (resource !== RESOURCE)
            throw Object.assign(new Error('invalid_target'), { expose: true, statusCode: 400 });
          return {
            audience: AUDIENCE,
            scope: SCOPE,
            accessTokenFormat: 'jwt',
            accessTokenTTL: 15 * MINUTE,
            jwt: { sign: { alg: 'RS256' } },
          };
        },
      },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: (ctx: Context, form: string) => show(ctx, logoutPage(form)),
        postLogoutSuccessSource: (ctx: Context) => show(ctx, signedOutPage()),
      },
    },
    renderError: (ctx: Context, out: { error: string; error_description?: string }) =>
      show(ctx, failurePage(out.error, out.error_description ?? '')),
    interactions: { url: (_: Context, { uid }: { uid: string }) => `/oidc/interaction/${uid}` },
    ttl: {
      AuthorizationCode: MINUTE,
      IdToken: 15 * MINUTE,
      AccessToken: 15 * MINUTE,
      Interaction: HOUR,
      Session: 12 * HOUR,
      Grant: 12 * HOUR,
      RefreshToken: 12 * HOUR,
    },
  });
  provider.on('server_error', (_: never, error: never) => console.error('[oidc]', error));
  const handle = provider.callback();

  return async (request, response) => {
    const path = (request.url ?? '').split('?')[0] ?? '';
    if (!path.startsWith('/oidc/interaction/')) {
      // As mounted under /oidc: the provider finds its own prefix by comparing the two.
      Object.assign(request, { originalUrl: request.url, url: request.url?.slice('/oidc'.length) || '/' });
      return handle(request, response);
    }
    try {
      const id = request.method === 'POST' ? await chosen(request) : undefined;
      if (id !== undefined && byId.has(id))
        return await provider.interactionFinished(request, response, { login: { accountId: id } });
      const { uid } = await provider.interactionDetails(request, response);
      response.writeHead(200, pageHeaders);
      response.end(loginPage(`/oidc/interaction/${uid}`, identities));
    } catch (error) {
      response.writeHead(400, pageHeaders);
      response.end(failurePage((error as Error).name, '请返回应用，重新登录。 Go back and sign in again.'));
    }
  };
}

async function chosen(request: IncomingMessage): Promise<string | undefined> {
  return new URLSearchParams((await readBody(request, 10_000)).toString('utf8')).get('identity') ?? undefined;
}

function signingKey(): object {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { ...privateKey.export({ format: 'jwk' }), kid: randomBytes(8).toString('hex'), alg: 'RS256', use: 'sig' };
}
