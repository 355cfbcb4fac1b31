import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Partition, synthesize } from './app.ts';
import { bundleFunctions } from './bundle.ts';

/** What would tie a template to one partition: each must be `AWS::Partition` or `AWS::URLSuffix` instead. */
export function literalsOfOnePartition(template: string): readonly string[] {
  // Principals have the same name in both partitions.
  const principal = /"(Service|Principal)":\s*"[a-z0-9.-]+\.amazonaws\.com"/g;
  return (
    template.replaceAll(principal, '').match(/arn:aws(-cn)?:[^"]*|[a-z0-9.-]*\.?amazonaws\.com(\.cn)?[^"]*/g) ?? []
  );
}

if (import.meta.main) {
  await bundleFunctions();
  for (const partition of ['aws', 'aws-cn'] as const satisfies readonly Partition[]) {
    const outdir = join(import.meta.dirname, '../cdk.out', partition);
    synthesize({ partition, issuer: 'https://issuer.example', audience: 'xinfang', outdir });
    for (const file of readdirSync(outdir).filter((name) => name.endsWith('.template.json'))) {
      const literals = literalsOfOnePartition(readFileSync(join(outdir, file), 'utf8'));
      console.log(
        `${partition.padEnd(7)} ${file.padEnd(32)} ${literals.length === 0 ? 'fits both partitions' : literals.join('\n  ')}`,
      );
      if (literals.length > 0) process.exitCode = 1;
    }
  }
}
