import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { importJWK, SignJWT } from 'jose';

export interface Minted {
  readonly sub?: string;
  readonly unit?: string;
  readonly roles?: string;
  readonly issuer?: string;
  readonly audience?: string;
  /** Seconds from now; negative: expired. */
  readonly lifetime?: number;
}

/** Makes tokens with the machine's own key: of officers that the demonstration has not, and of kinds that it never issues. */
export async function mint(machine: { folder: string; baseUrl: string }, claims: Minted = {}): Promise<string> {
  const { keys } = JSON.parse(readFileSync(join(machine.folder, 'keys/oidc.json'), 'utf8'));
  const [jwk] = keys;
  const { sub = 'receptionist', unit = '622901007-zzzx', roles = 'receptionist', lifetime = 600 } = claims;
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT({ name: '测试', unit, roles })
    .setProtectedHeader({ alg: 'RS256', kid: jwk.kid, typ: 'at+jwt' })
    .setSubject(sub)
    .setIssuer(claims.issuer ?? `${machine.baseUrl}/oidc`)
    .setAudience(claims.audience ?? 'xinfang-api')
    .setIssuedAt(now + Math.min(0, lifetime) - 1)
    .setExpirationTime(now + lifetime)
    .sign(await importJWK(jwk, 'RS256'));
}
