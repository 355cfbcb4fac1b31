/** `/docs`: Swagger UI over the API's own description, signing in at the local provider. */

import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { extname, join } from 'node:path';
import type { SideDoor } from './http-api.ts';
import { CLIENT_ID, RESOURCE, SCOPE } from './oidc-client.ts';

const assets = join(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'), '..');

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.png': 'image/png',
};

/** Nothing inline; Swagger UI draws `data:` images. */
const POLICY =
  "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

const page = `<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>信访 API</title>
<link rel="stylesheet" href="swagger-ui.css">
<link rel="icon" href="favicon-32x32.png">
</head>
<body>
<div id="swagger-ui"></div>
<script src="swagger-ui-bundle.js"></script>
<script type="module" src="start.js"></script>
</body>
</html>
`;

/** The description names its tokens in general; here they come from the local provider, so the page can fetch one. */
const start = `const base = location.origin;
const response = await fetch('/openapi.json');
const spec = await response.json();
const schemes = spec.components?.securitySchemes ?? {};
for (const [name, scheme] of Object.entries(schemes))
  if (scheme.type !== 'apiKey')
    schemes[name] = {
      type: 'oauth2',
      flows: { authorizationCode: {
        authorizationUrl: base + '/oidc/auth?resource=${encodeURIComponent(RESOURCE)}',
        tokenUrl: base + '/oidc/token',
        scopes: Object.fromEntries('${SCOPE}'.split(' ').map((scope) => [scope, ''])),
      } },
    };
const ui = SwaggerUIBundle({
  spec,
  dom_id: '#swagger-ui',
  deepLinking: true,
  validatorUrl: null,
  oauth2RedirectUrl: base + '/docs/oauth2-redirect.html',
});
ui.initOAuth({ clientId: '${CLIENT_ID}', scopes: '${SCOPE}', usePkceWithAuthorizationCodeGrant: true });
`;

/** Serves the page and Swagger UI's files. */
export const serveDocs: SideDoor = async (request, response) => {
  const path = (request.url ?? '').split('?')[0] ?? '';
  const name = path.replace(/^\/docs\/?/, '');
  if (path === '/docs') {
    response.writeHead(302, { location: '/docs/' });
    response.end();
    return;
  }
  const content = await contentOf(name);
  if (content === undefined) {
    response.writeHead(404, { 'content-type': 'application/problem+json' });
    response.end(JSON.stringify({ type: 'about:blank', title: 'Not Found', status: 404 }));
    return;
  }
  response.writeHead(200, {
    'content-type': TYPES[extname(name)] ?? 'text/html; charset=utf-8',
    'content-security-policy': POLICY,
    'x-content-type-options': 'nosniff',
  });
  response.end(content);
};

async function contentOf(name: string): Promise<string | Buffer | undefined> {
  if (name === '') return page;
  if (name === 'start.js') return start;
  if (!/^[\w-]+(\.[\w-]+)*\.(js|css|png|html)$/.test(name)) return undefined;
  return readFile(join(assets, name)).catch(() => undefined);
}
