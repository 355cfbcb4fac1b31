import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Deployment, type Partition, synthesize } from '../../infra/app.ts';
import { bundleFunctions } from '../../infra/bundle.ts';

export interface Resource {
  readonly Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: a template is looked into, not typed
  readonly Properties: any;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

export interface Statement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: readonly string[];
  /** Each resource in one line, with references as `${Name}`. */
  readonly Resource: readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

const list = <T>(value: T | readonly T[]): readonly T[] => (Array.isArray(value) ? value : [value as T]);

/** An intrinsic function in one line. */
export const inOneLine = (value: unknown): string => {
  if (typeof value !== 'object' || value === null) return String(value);
  const [[name, argument] = ['', '']] = Object.entries(value);
  if (name === 'Fn::Join') return (argument as [string, unknown[]])[1].map(inOneLine).join((argument as [string])[0]);
  return `\${${Array.isArray(argument) ? argument.join('.') : String(argument)}}`;
};

/** One synthesized stack, as CloudFormation would get it. */
export class SynthesizedStack {
  readonly text: string;
  readonly resources: ReadonlyMap<string, Resource>;

  constructor(template: object) {
    this.text = JSON.stringify(template);
    this.resources = new Map(Object.entries((template as { Resources: Record<string, Resource> }).Resources));
  }

  ofType(type: string): Resource[] {
    return [...this.resources.values()].filter(({ Type }) => Type === type);
  }

  /** Every statement of a function's role. */
  statementsOf(folder: string): Statement[] {
    const prefix = folder.replace(/(^|-)(\w)/g, (_, __, letter: string) => letter.toUpperCase());
    const policies = [...this.resources].filter(
      ([id, { Type }]) => Type === 'AWS::IAM::Policy' && id.startsWith(`${prefix}RoleDefaultPolicy`),
    );
    return policies.flatMap(([, { Properties }]) =>
      Properties.PolicyDocument.Statement.map(
        ({ Effect, Action, Resource, Condition }: Record<string, unknown>): Statement => ({
          Effect: Effect as Statement['Effect'],
          Action: list(Action as string),
          Resource: list(Resource).map(inOneLine),
          ...(Condition ? { Condition: Condition as NonNullable<Statement['Condition']> } : {}),
        }),
      ),
    );
  }

  /** What a function's role allows. */
  allowedTo(folder: string): Statement[] {
    return this.statementsOf(folder).filter(({ Effect }) => Effect === 'Allow');
  }
}

/** The actions of statements, each once. */
export const actions = (statements: readonly Statement[]): readonly string[] =>
  [...new Set(statements.flatMap(({ Action }) => Action))].sort();

export interface Synthesized {
  readonly data: SynthesizedStack;
  readonly app: SynthesizedStack;
  readonly front: SynthesizedStack;
}

let bundled: Promise<unknown> | undefined;

export async function synthesized(partition: Partition, more: Partial<Deployment> = {}): Promise<Synthesized> {
  bundled ??= bundleFunctions();
  await bundled;
  const outdir = mkdtempSync(join(tmpdir(), 'xinfang-synth-'));
  const assembly = synthesize({
    partition,
    issuer: 'https://issuer.example/realm',
    audience: 'xinfang',
    outdir,
    ...more,
  });
  return {
    data: new SynthesizedStack(assembly.getStackByName('XinfangData').template),
    app: new SynthesizedStack(assembly.getStackByName('Xinfang').template),
    front: new SynthesizedStack(assembly.getStackByName('XinfangFront').template),
  };
}
