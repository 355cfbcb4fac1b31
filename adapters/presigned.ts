import { createHash, createHmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import type { UploadForm } from '../domain/ports.ts';

/** SHA-256 as the signer wants it. */
class Sha256 {
  readonly #hash;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', bytes(secret));
  }

  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(bytes(data));
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }

  reset(): void {
    throw new Error('A hash is used once.');
  }
}

const bytes = (data: string | ArrayBuffer | ArrayBufferView): string | Uint8Array =>
  typeof data === 'string'
    ? data
    : ArrayBuffer.isView(data)
      ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
      : new Uint8Array(data);

export interface PresignerSettings {
  readonly bucket: string;
  /** Host name of the bucket in its region and partition, as its resource in the template says. */
  readonly domain: string;
}

/**
 * Signs requests that a browser makes to one bucket, with the credentials that the function runs under: a policy for one
 * file of known size, type and hash, or the address of one download. The client of the SDK would be ten times the size.
 */
export class Presigner {
  readonly #signer: SignatureV4;
  readonly #region: string;
  readonly #settings: PresignerSettings;
  readonly #environment: NodeJS.ProcessEnv;

  constructor(settings: PresignerSettings, environment: NodeJS.ProcessEnv = process.env) {
    this.#settings = settings;
    this.#environment = environment;
    this.#region = environment.AWS_REGION ?? '';
    this.#signer = new SignatureV4({
      service: 's3',
      region: this.#region,
      credentials: () => Promise.resolve(credentialsOf(environment)),
      sha256: Sha256,
      uriEscapePath: false,
    });
  }

  /** A form that uploads this file and no other, until then. `sha256` in hex, `size` in bytes, instants RFC 3339. */
  async upload(
    file: { readonly key: string; readonly contentType: string; readonly size: number; readonly sha256: string },
    { now, expiresAt }: { readonly now: string; readonly expiresAt: string },
  ): Promise<UploadForm> {
    const { accessKeyId, sessionToken } = credentialsOf(this.#environment);
    const date = now.replaceAll(/[-:]|\.\d+/g, '');
    const fields = {
      key: file.key,
      'Content-Type': file.contentType,
      'x-amz-checksum-algorithm': 'SHA256',
      'x-amz-checksum-sha256': Buffer.from(file.sha256, 'hex').toString('base64'),
      'x-amz-algorithm': 'AWS4-HMAC-SHA256',
      'x-amz-credential': `${accessKeyId}/${date.slice(0, 8)}/${this.#region}/s3/aws4_request`,
      'x-amz-date': date,
      ...(sessionToken === undefined ? {} : { 'x-amz-security-token': sessionToken }),
    };
    const conditions = [
      { bucket: this.#settings.bucket },
      ['content-length-range', file.size, file.size],
      ...Object.entries(fields).map(([name, value]) => ({ [name]: value })),
    ];
    const policy = Buffer.from(JSON.stringify({ expiration: expiresAt, conditions })).toString('base64');
    const signature = await this.#signer.sign(policy, { signingDate: new Date(now) });
    return { url: this.#address().href, fields: { ...fields, policy, 'x-amz-signature': signature } };
  }

  /**
   * Address of a download, for seconds; the browser saves it under this name and never shows it. The name is ASCII and
   * says nothing personal: addresses stand in logs.
   */
  async download(
    file: { readonly key: string; readonly name: string },
    { now, seconds }: { readonly now: string; readonly seconds: number },
  ): Promise<string> {
    const address = this.#address(file.key);
    const signed = await this.#signer.presign(
      {
        method: 'GET',
        protocol: address.protocol,
        hostname: address.hostname,
        path: address.pathname,
        headers: { host: address.host, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' },
        query: {
          'response-content-type': 'application/octet-stream',
          'response-content-disposition': `attachment; filename="${file.name}"`,
          'response-cache-control': 'no-store',
        },
      },
      { signingDate: new Date(now), expiresIn: seconds },
    );
    for (const [name, value] of Object.entries(signed.query ?? {})) address.searchParams.set(name, String(value));
    // Blanks as the signature has them.
    address.search = address.search.replaceAll('+', '%20');
    return address.href;
  }

  #address(key = ''): URL {
    const path = key.split('/').map(encodeURIComponent).join('/');
    const { bucket, domain } = this.#settings;
    const endpoint = this.#environment.AWS_ENDPOINT_URL_S3;
    return new URL(endpoint === undefined ? `https://${domain}/${path}` : `${endpoint}/${bucket}/${path}`);
  }
}

function credentialsOf({ AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN }: NodeJS.ProcessEnv) {
  return {
    accessKeyId: AWS_ACCESS_KEY_ID ?? '',
    secretAccessKey: AWS_SECRET_ACCESS_KEY ?? '',
    ...(AWS_SESSION_TOKEN === undefined ? {} : { sessionToken: AWS_SESSION_TOKEN }),
  };
}
