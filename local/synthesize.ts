/**
 * Bundles the functions and synthesizes the template into a folder, for an issuer: `node local/synthesize.ts <folder>
 * <issuer>`. A process of its own, because the tools keep hundreds of megabytes that the running machine has no use for.
 */

import { synthesize } from '../infra/app.ts';
import { bundleFunctions } from '../infra/bundle.ts';
import { AUDIENCE } from './oidc-client.ts';

const [outdir, issuer] = process.argv.slice(2);
if (outdir === undefined || issuer === undefined) throw new Error('Usage: synthesize.ts <folder> <issuer>');
await bundleFunctions();
synthesize({ partition: 'aws', issuer, audience: AUDIENCE, outdir });
process.exit(0); // the bundler's service would keep it waiting
