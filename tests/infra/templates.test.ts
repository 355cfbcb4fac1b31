import { beforeAll, describe, expect, it } from 'vitest';
import { streamPrefixes } from '../../adapters/keys.ts';
import { streamKinds } from '../../domain/ports.ts';
import { stages } from '../../domain/workflow/signals.ts';
import { functionNames } from '../../infra/bundle.ts';
import { routesByFunction } from '../../infra/routes.ts';
import { literalsOfOnePartition } from '../../infra/synth.ts';
import { inOneLine, type Synthesized, synthesized } from '../support/templates.ts';

let aws: Synthesized;
let china: Synthesized;
/** As a place may configure it. */
let opened: Synthesized;

beforeAll(async () => {
  aws = await synthesized('aws');
  china = await synthesized('aws-cn');
  opened = await synthesized('aws', { origins: ['https://xinfang.example'], limits: { failedCodes: 3 } });
});

const both = () => [aws.data, aws.app, aws.front, china.data, china.app, china.front];

describe('two partitions', () => {
  it('have no literal of either in any template', () => {
    for (const { text } of both()) expect(literalsOfOnePartition(text)).toEqual([]);
  });

  it('are told apart by the check', () => {
    expect(literalsOfOnePartition('{"Resource":"arn:aws:s3:::x"}')).not.toEqual([]);
    expect(literalsOfOnePartition('{"Resource":"arn:aws-cn:s3:::x"}')).not.toEqual([]);
    expect(literalsOfOnePartition('{"Url":"https://sts.us-east-1.amazonaws.com/x"}')).not.toEqual([]);
    expect(literalsOfOnePartition('{"Service":"lambda.amazonaws.com"}')).toEqual([]);
  });

  it('trace where Lambda can', () => {
    const traced = (stack: Synthesized) =>
      stack.app.ofType('AWS::Lambda::Function').filter(({ Properties }) => Properties.TracingConfig?.Mode === 'Active')
        .length;
    expect(traced(aws)).toBe(functionNames().length);
    expect(traced(china)).toBe(0);
    for (const { Properties } of china.app.ofType('AWS::StepFunctions::StateMachine')) {
      expect(Properties.TracingConfiguration?.Enabled ?? false).toBe(false);
    }
  });

  it('take the processor from a flag', async () => {
    const architectures = ({ app }: Synthesized) =>
      new Set(app.ofType('AWS::Lambda::Function').flatMap(({ Properties }) => Properties.Architectures));
    expect(architectures(aws)).toEqual(new Set(['arm64']));
    expect(architectures(china)).toEqual(new Set(['x86_64']));
    expect(architectures(await synthesized('aws-cn', { arm64: true }))).toEqual(new Set(['arm64']));
  });
});

describe('the HTTP API', () => {
  it('asks for a token of the configured issuer on every route that is not declared public', () => {
    const [authorizer] = aws.front.ofType('AWS::ApiGatewayV2::Authorizer');
    expect(authorizer?.Properties).toMatchObject({
      AuthorizerType: 'JWT',
      JwtConfiguration: { Audience: ['xinfang'], Issuer: 'https://issuer.example/realm' },
    });
    const found = aws.front.ofType('AWS::ApiGatewayV2::Route').map(({ Properties }) => ({
      key: Properties.RouteKey as string,
      authorization: (Properties.AuthorizationType as string | undefined) ?? 'NONE',
    }));
    const declared = [...routesByFunction.values()].flat().map((route) => ({
      key: `${route.method} ${route.path}`,
      authorization: route.public ? 'NONE' : 'JWT',
    }));
    const byKey = (a: { key: string }, b: { key: string }) => a.key.localeCompare(b.key);
    // What no route takes, `reference` answers, which reaches nothing.
    expect(found.sort(byKey)).toEqual([...declared, { key: '$default', authorization: 'NONE' }].sort(byKey));
    expect(new Set(declared.map(({ key }) => key)).size).toBe(declared.length);
  });

  it('leaves only health, description, portal, bookings, the petitioner’s documents, his evidence and the notice board without a token', () => {
    const open = [...routesByFunction]
      .filter(([, routes]) => routes.some((route) => route.public))
      .map(([name]) => name);
    expect(open).toEqual(['booking', 'documents', 'evidence', 'notice-board', 'portal', 'reference']);
    for (const name of ['documents', 'evidence'])
      for (const { path, public: open } of routesByFunction.get(name) ?? [])
        expect(open === true, path).toBe(path.startsWith('/portal/'));
  });

  it('limits and logs calls', () => {
    const [stage] = aws.front.ofType('AWS::ApiGatewayV2::Stage');
    expect(stage?.Properties.DefaultRouteSettings).toMatchObject({
      ThrottlingRateLimit: 200,
      ThrottlingBurstLimit: 400,
    });
    expect(stage?.Properties.AccessLogSettings.DestinationArn).toBeDefined();
  });

  it('logs neither addresses nor names of those who call', () => {
    const [stage] = aws.front.ofType('AWS::ApiGatewayV2::Stage');
    const fields = [...String(stage?.Properties.AccessLogSettings.Format).matchAll(/\$context\.([\w.]+)/g)];
    expect(fields.map(([, name]) => name)).toEqual([
      'requestId',
      'requestTime',
      'routeKey',
      'status',
      'responseLength',
      'responseLatency',
      'error.message',
    ]);
  });

  it('is closed to pages of other origins, unless the deployment names them', () => {
    const [api] = aws.front.ofType('AWS::ApiGatewayV2::Api');
    expect(api?.Properties.CorsConfiguration).toBeUndefined();
    const [configured] = opened.front.ofType('AWS::ApiGatewayV2::Api');
    expect(configured?.Properties.CorsConfiguration).toEqual({
      AllowOrigins: ['https://xinfang.example'],
      AllowMethods: ['GET', 'POST'],
      AllowHeaders: ['authorization', 'content-type', 'idempotency-key', 'if-match'],
      ExposeHeaders: ['etag', 'idempotency-replayed', 'retry-after'],
      MaxAge: 3600,
    });
  });

  it('tells its functions what is too much only where it differs from the defaults', () => {
    const limits = ({ app }: Synthesized) =>
      app
        .ofType('AWS::Lambda::Function')
        .map(({ Properties }) => Properties.Environment?.Variables?.LIMITS as string | undefined)
        .filter((value) => value !== undefined);
    expect(limits(aws)).toEqual([]);
    expect(limits(opened).length).toBeGreaterThan(10);
    expect(JSON.parse(limits(opened)[0] ?? '')).toEqual({ failedCodes: 3 });
  });
});

const counted = streamKinds.filter((kind) => kind !== 'reads').map((kind) => `${streamPrefixes[kind]}#`);

describe('the workflow', () => {
  it('has one machine per stage, in JSONPath, whose execution data stay out of the log', () => {
    const machines = aws.app.ofType('AWS::StepFunctions::StateMachine');
    expect(machines.map(({ Properties }) => Properties.StateMachineName).sort()).toEqual(
      stages.map((stage) => `Xinfang-${stage}`).sort(),
    );
    for (const { Properties } of machines) {
      expect(Properties.LoggingConfiguration).toMatchObject({ IncludeExecutionData: false });
      expect(inOneLine(Properties.DefinitionString)).not.toContain('JSONata');
    }
  });

  it('retries and catches every task, and leaves no placeholder open', () => {
    for (const { Properties } of aws.app.ofType('AWS::StepFunctions::StateMachine')) {
      const text = JSON.stringify(Properties.DefinitionString);
      expect(Object.keys(Properties.DefinitionSubstitutions).sort()).toEqual(['OpenStep', 'Partition']);
      const definition = JSON.parse(inOneLine(Properties.DefinitionString)) as {
        States: Record<string, Record<string, unknown>>;
      };
      const placeholders = [...text.matchAll(/\$\{(\w+)\}/g)].map(([, name]) => name);
      expect(new Set(placeholders)).toEqual(new Set(['OpenStep', 'Partition']));
      const tasks = (states: Record<string, Record<string, unknown>>): Record<string, unknown>[] =>
        Object.values(states).flatMap((state) => [
          ...(state.Type === 'Task' ? [state] : []),
          ...tasks(
            (state.ItemProcessor as { States?: Record<string, Record<string, unknown>> } | undefined)?.States ?? {},
          ),
        ]);
      expect(tasks(definition.States)).not.toEqual([]);
      for (const task of tasks(definition.States)) {
        expect(task.Retry).toBeDefined();
        expect(task.Catch).toBeDefined();
      }
    }
  });

  it('lets machines invoke nothing but open-step', () => {
    const roles = [...aws.app.resources].filter(
      ([id, { Type }]) => Type === 'AWS::IAM::Policy' && id.includes('WorkflowRole'),
    );
    expect(roles).toHaveLength(stages.length);
    for (const [, { Properties }] of roles) {
      const invoking = Properties.PolicyDocument.Statement.filter(
        ({ Action }: { Action: string }) => Action === 'lambda:InvokeFunction',
      );
      expect(invoking.map(({ Resource }: { Resource: unknown }) => inOneLine(Resource))).toEqual([
        expect.stringMatching(/^\$\{OpenStepFunction\w+\.Arn\}$/),
      ]);
    }
  });

  it.each([
    ['DispatchFunction', 8, [{ NewImage: { outbox: { S: [{ exists: true }] } } }]],
    // Reads are commits too, and count nowhere. What cannot be counted waits elsewhere: a store that is away for a while loses none.
    [
      'CountFunction',
      100,
      [
        { Keys: { pk: { S: counted.map((prefix) => ({ prefix })) }, sk: { S: ['HEAD'] } } },
        { Keys: { pk: { S: [{ prefix: 'C#BEAT.' }] } } },
      ],
    ],
  ])(
    'delivers commits to %s in order, reports single failures, and keeps what fails for good',
    (name, retries, wanted) => {
      const mapping = aws.app
        .ofType('AWS::Lambda::EventSourceMapping')
        .find(({ Properties }) => inOneLine(Properties.FunctionName).includes(name));
      expect(mapping?.Properties).toMatchObject({
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        FilterCriteria: { Filters: wanted.map((dynamodb) => ({ Pattern: JSON.stringify({ dynamodb }) })) },
        MaximumRetryAttempts: retries,
        StartingPosition: 'TRIM_HORIZON',
      });
      expect(inOneLine(mapping?.Properties.DestinationConfig.OnFailure.Destination)).toMatch(/DeadLetters/);
    },
  );

  it('reconciles every five minutes', () => {
    const [schedule] = aws.app.ofType('AWS::Scheduler::Schedule');
    expect(schedule?.Properties).toMatchObject({ ScheduleExpression: 'rate(5 minutes)', State: 'ENABLED' });
    expect(inOneLine(schedule?.Properties.Target.Arn)).toMatch(/ReconcileFunction/);
  });
});

describe('alarms', () => {
  it('ring on dead letters, late or conflicting signals, tampering, throttling, failed executions and failing functions', () => {
    const alarms = aws.app.ofType('AWS::CloudWatch::Alarm').map(({ Properties }) => Properties);
    const about = (metric: string) => alarms.filter(({ MetricName }) => MetricName === metric);
    expect(about('ApproximateNumberOfMessagesVisible')).toHaveLength(1);
    expect(about('ApproximateNumberOfMessagesVisible')[0]).toMatchObject({
      Threshold: 0,
      ComparisonOperator: 'GreaterThanThreshold',
    });
    // Of the workflow, the anchor, and the figures.
    expect(about('IteratorAge')).toHaveLength(3);
    expect(about('ConflictingDecision')).toHaveLength(1);
    expect(about('QueryCodeGuessed')).toHaveLength(1);
    expect(about('Invocations')).toHaveLength(2);
    expect(about('AnchorLagSeconds')).toHaveLength(1);
    expect(about('ExecutionsFailed')).toHaveLength(stages.length);
    expect(about('Errors')).toHaveLength(functionNames().length);
    expect(about('Throttles')).toHaveLength(1);
    for (const { AlarmActions } of alarms) {
      expect(AlarmActions).toHaveLength(1);
    }
    // Silence is bad news from the anchor alone.
    const silent = alarms.filter(({ TreatMissingData }) => TreatMissingData !== 'notBreaching');
    expect(silent).toMatchObject([
      { MetricName: 'Invocations', Period: 3600, Threshold: 1, ComparisonOperator: 'LessThanThreshold' },
    ]);
  });

  it('are told to a topic that CloudWatch may publish to', () => {
    const [policy] = aws.app.ofType('AWS::SNS::TopicPolicy');
    expect(JSON.stringify(policy?.Properties)).toContain('cloudwatch.amazonaws.com');
  });
});

describe('logs', () => {
  it('are JSON, kept for a time and never for ever', () => {
    for (const { Properties } of aws.app.ofType('AWS::Lambda::Function')) {
      expect(Properties.LoggingConfig).toMatchObject({ LogFormat: 'JSON' });
      expect(Properties.Runtime).toBe('nodejs24.x');
    }
    for (const { Properties } of [...aws.app.ofType('AWS::Logs::LogGroup'), ...aws.front.ofType('AWS::Logs::LogGroup')])
      expect(Properties.RetentionInDays).toBe(180);
  });
});
