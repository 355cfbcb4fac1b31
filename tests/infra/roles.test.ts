import { beforeAll, describe, expect, it } from 'vitest';
import { streamPrefixes } from '../../adapters/keys.ts';
import { functionNames } from '../../infra/bundle.ts';
import { functions } from '../../infra/functions.ts';
import { actions, type Statement, type Synthesized, synthesized } from '../support/templates.ts';

let aws: Synthesized;

beforeAll(async () => {
  aws = await synthesized('aws');
});

const writes = ['PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem', 'ConditionCheckItem'].map(
  (name) => `dynamodb:${name}`,
);
const touches = (table: 'History' | 'Petitions') => (statement: Statement) =>
  statement.Resource.some((resource) => resource.includes(`GetAtt${table}`));
const allowed = (name: string) => aws.app.allowedTo(name);
/** Statements about anything but the history of reads. */
const isNoRead = ({ Condition }: Statement): boolean =>
  JSON.stringify(Condition?.['ForAllValues:StringLike']?.['dynamodb:LeadingKeys']) !== '["R#*"]';

describe('every role', () => {
  it.each(functionNames())('%s may append to the history inside transactions only, and never rewrite it', (name) => {
    for (const statement of allowed(name).filter(touches('History'))) {
      const appends = statement.Action.filter((action) => writes.includes(action));
      expect(['dynamodb:PutItem', 'dynamodb:ConditionCheckItem']).toEqual(expect.arrayContaining(appends));
      if (appends.length > 0) {
        expect(statement.Condition?.StringEquals).toEqual({ 'dynamodb:EnclosingOperation': 'TransactWriteItems' });
      }
    }
    expect(aws.app.statementsOf(name)).toContainEqual(
      expect.objectContaining({
        Effect: 'Deny',
        Action: expect.arrayContaining([
          'dynamodb:UpdateItem',
          'dynamodb:DeleteItem',
          'dynamodb:BatchWriteItem',
          'dynamodb:DeleteTable',
        ]),
        Resource: expect.arrayContaining([expect.stringMatching(/GetAttHistory\w+Arn\w+\}$/)]),
      }),
    );
  });

  it.each(functionNames())('%s names what it may do: no wildcards, no scans, no deletions', (name) => {
    for (const action of actions(allowed(name))) {
      if (action.startsWith('xray:')) continue;
      expect(action).not.toContain('*');
      // Who erases takes look-up entries away with the key, in a transaction (below).
      if (name === 'archive' && action === 'dynamodb:DeleteItem') continue;
      // The anchor takes away heads that wait no longer, the scan what was judged and leaves quarantine. Nothing else goes.
      if (name === 'anchor' && action === 'dynamodb:DeleteItem') continue;
      if (name === 'evidence-scan' && action === 's3:DeleteObject') continue;
      // The erasure takes away files and, when none can come any more, what waits for them (below).
      if (name === 'erasure-finish' && /^(s3:DeleteObject(Version)?|dynamodb:DeleteItem)$/.test(action)) continue;
      // An uploaded table goes when its import is over.
      if (name === 'import-run' && action === 's3:DeleteObject') continue;
      expect(action).not.toMatch(/Scan|Delete|BatchWrite|PartiQL/);
    }
    for (const { Action, Resource } of allowed(name)) {
      // Tracing and the list of streams know no narrower resource.
      if (Action.some((action) => /^xray:|ListStreams$/.test(action))) continue;
      expect(Resource).not.toContain('*');
    }
  });

  it.each(functionNames())('%s cannot change units or categories', (name) => {
    for (const { Action, Condition, Resource } of allowed(name)) {
      if (!Action.some((action) => writes.includes(action))) continue;
      const keys =
        Condition?.['ForAllValues:StringLike']?.['dynamodb:LeadingKeys'] ??
        Condition?.['ForAllValues:StringEquals']?.['dynamodb:LeadingKeys'];
      expect(keys, Resource.join()).toBeDefined();
      // An import that two persons decided adds versions, by single puts: what serves requests changes nothing.
      if (name === 'import-run' && Action.join() === 'dynamodb:PutItem') continue;
      expect(keys).not.toContain('REF#*');
    }
  });

  it('has its line in infra/functions.ts, and every line has its function', () => {
    expect(functionNames()).toEqual(Object.keys(functions).sort());
  });
});

const countsAttempts = ({ Condition }: Statement) =>
  JSON.stringify(Condition?.['ForAllValues:StringLike']?.['dynamodb:LeadingKeys']) === '["TRY#*"]';

/** Progress, errors and versions of reference data, which no commit holds. */
const ofImports = ({ Condition }: Statement) =>
  ['["IMP#*"]', '["REF#*"]'].includes(JSON.stringify(Condition?.['ForAllValues:StringLike']?.['dynamodb:LeadingKeys']));

describe('the roles of', () => {
  it('those who serve officers and petitioners append; nobody else does', () => {
    const appending = functionNames().filter((name) =>
      actions(allowed(name).filter(touches('History')).filter(isNoRead)).includes('dynamodb:PutItem'),
    );
    expect(appending).toEqual([
      'archive',
      'assembly',
      'booking',
      'briefing',
      'casework',
      'centre',
      // What goes with a petition that was erased.
      'erasure-finish',
      'evidence',
      'evidence-scan',
      'grid',
      'import-run',
      'imports',
      'leaders-office',
      'mediation',
      'petition-office',
      'portal',
      'programme',
      'reception-desk',
      'reception-rota',
      'review',
      'sponsorship',
      'supervision',
      'sweep',
      'whistle',
    ]);
    for (const name of appending) {
      const commits = allowed(name)
        .filter(touches('Petitions'))
        .filter(({ Action }) => Action.includes('dynamodb:PutItem'))
        .filter(isNoRead)
        // The sweep keeps one item of its own besides.
        .filter(({ Condition }) => Condition?.['ForAllValues:StringEquals'] === undefined)
        .filter((statement) => !countsAttempts(statement) && !ofImports(statement));
      expect(commits.map(({ Condition }) => Condition?.StringEquals)).toEqual([
        { 'dynamodb:EnclosingOperation': 'TransactWriteItems' },
      ]);
    }
  });

  it('audit appends to histories of reads and to nothing else', () => {
    for (const { Action, Condition } of allowed('audit')) {
      if (!Action.some((action) => writes.includes(action))) continue;
      const keys = Condition?.['ForAllValues:StringLike']?.['dynamodb:LeadingKeys'];
      expect(['R#*', 'I#*']).toEqual(expect.arrayContaining([keys].flat()));
    }
  });

  it('the anchor reach its own partitions, the heads, and one bucket in which they remove nothing', () => {
    const ofAnchor = (name: string) => allowed(name).filter(({ Action }) => !/^(xray|logs):/.test(Action[0] ?? ''));
    for (const name of ['anchor', 'anchor-collect'])
      for (const { Action, Condition, Resource } of ofAnchor(name)) {
        if (!Action.some((action) => /^(s3:|dynamodb:(?!.*Stream|GetRecords|GetShard))/.test(action))) continue;
        if (Resource.some((resource) => resource.includes('Anchors'))) {
          expect([name, [...Action].sort()]).toEqual(['anchor', ['s3:GetObject', 's3:PutObject']]);
          continue;
        }
        const keys = [Condition?.['ForAllValues:StringLike']?.['dynamodb:LeadingKeys']].flat();
        if (Action.some((action) => [...writes, 'dynamodb:DeleteItem'].includes(action))) expect(keys).toEqual(['A#*']);
        else
          expect(['A#*', ...Object.values(streamPrefixes).map((prefix) => `${prefix}#*`)]).toEqual(
            expect.arrayContaining(keys),
          );
      }
    const bucketUsers = functionNames().filter((name) =>
      allowed(name).some(({ Resource }) => Resource.some((resource) => resource.includes('Anchors'))),
    );
    expect(bucketUsers).toEqual(['anchor']);
  });

  it('one pass of the anchor runs at a time', () => {
    const reserved = aws.app
      .ofType('AWS::Lambda::Function')
      .flatMap(({ Properties }) =>
        Properties.ReservedConcurrentExecutions === undefined ? [] : [Properties.ReservedConcurrentExecutions],
      );
    expect(reserved).toEqual([1]);
  });

  it.each(['notice-board', 'statistics'])('%s only reads', (name) => {
    const statements = allowed(name).filter((statement) => !countsAttempts(statement));
    expect(actions(statements).filter((action) => writes.includes(action) || action.startsWith('states:'))).toEqual([]);
  });

  it.each(['documents', 'enquiry', 'spreadsheets'])('%s only read, and record that they did', (name) => {
    const others = allowed(name)
      .filter(isNoRead)
      .filter((statement) => !countsAttempts(statement));
    expect(actions(others).filter((action) => writes.includes(action) || action.startsWith('states:'))).toEqual([]);
    const recording = allowed(name).filter((statement) => !isNoRead(statement));
    expect(actions(recording)).toContain('dynamodb:PutItem');
    for (const { Action, Condition } of recording) {
      if (!Action.some((action) => writes.includes(action))) continue;
      expect(Condition?.StringEquals).toEqual({ 'dynamodb:EnclosingOperation': 'TransactWriteItems' });
    }
  });

  it('only audit reads who has read', () => {
    const may = functionNames().filter((name) =>
      allowed(name)
        .filter(touches('History'))
        .some((statement) => statement.Action.includes('dynamodb:Query') && JSON.stringify(statement).includes('R#*')),
    );
    expect(may).toEqual(['audit']);
  });

  it('those who count figures move them alone, inside transactions only, and have no key to personal data', () => {
    const counting = allowed('count').filter(({ Action }) => Action.some((action) => writes.includes(action)));
    expect(counting).toHaveLength(1);
    expect(counting[0]?.Condition).toMatchObject({
      StringEquals: { 'dynamodb:EnclosingOperation': 'TransactWriteItems' },
      'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['C#*', 'F#*'] },
    });
    for (const name of ['count', 'statistics'])
      expect(actions(allowed(name)).filter((action) => action.startsWith('kms:'))).toEqual([]);
  });

  it('those who check query codes count failed attempts, under keys of their own', () => {
    expect(functionNames().filter((name) => allowed(name).some(countsAttempts))).toEqual([
      'booking',
      'documents',
      'evidence',
      'portal',
    ]);
  });

  it('the public writes bookings and no session, and opens nothing but them', () => {
    const keys = (each: Statement) => each.Condition?.['ForAllValues:StringLike']?.['dynamodb:LeadingKeys'];
    const statements = allowed('booking');
    const written = statements.filter((each) => actions([each]).includes('dynamodb:PutItem')).map(keys);
    expect(written).toEqual([['Y#*'], ['Y#*', 'I#*'], ['TRY#*']]);
    const opened = statements.find((each) => actions([each]).includes('kms:Decrypt'));
    expect(opened?.Condition?.StringLike).toEqual({ 'kms:EncryptionContext:stream': ['Y#*'] });
    const history = statements.filter(touches('History')).filter((each) => actions([each]).includes('dynamodb:Query'));
    expect(history.map(keys)).toEqual([['Y#*']]);
  });

  it.each(['portal', 'documents', 'evidence'])(
    '%s, which is public, reach no session, no worklist, no look-up, no workflow',
    (name) => {
      const statements = allowed(name);
      expect(actions(statements).filter((action) => /^(states|sns|sqs):/.test(action))).toEqual([]);
      expect(statements.flatMap(({ Resource }) => Resource).filter((resource) => resource.includes('/index/'))).toEqual(
        [],
      );
      for (const { Action, Condition } of statements) {
        if (!Action.some((action) => action.startsWith('dynamodb:'))) continue;
        expect(Condition?.['ForAllValues:StringLike']?.['dynamodb:LeadingKeys']).not.toContain('S#*');
      }
    },
  );

  it('reference and tripwire touch no table', () => {
    for (const name of ['reference', 'tripwire']) {
      const reads = actions(allowed(name)).filter((action) =>
        /^dynamodb:(GetItem|Query|Put|Update|Batch)/.test(action),
      );
      expect(reads).toEqual([]);
    }
  });

  it('those who compute keyed hashes are the only ones that may', () => {
    const hashing = functionNames().filter((name) => actions(allowed(name)).includes('kms:GenerateMac'));
    expect(hashing).toEqual([
      'assembly',
      'booking',
      'centre',
      'documents',
      'evidence',
      'grid',
      'import-run',
      'portal',
      'reception-desk',
    ]);
  });

  it('only those who work with personal data open its keys, each as the key of its stream; those who begin streams make them', () => {
    const may = (action: string) => functionNames().filter((name) => actions(allowed(name)).includes(action));
    const opening = functionNames().filter((name) => functions[name]?.personalData !== undefined);
    expect(may('kms:Decrypt')).toEqual(opening);
    for (const blind of ['dispatch', 'open-step', 'operations', 'reconcile', 'reference', 'sweep', 'tripwire'])
      expect(opening).not.toContain(blind);
    expect(may('kms:GenerateDataKey')).toEqual([
      // Of the keeping of what is no petition.
      'archive',
      'assembly',
      'booking',
      'centre',
      'grid',
      'import-run',
      'imports',
      'programme',
      'reception-desk',
      'reception-rota',
      'whistle',
    ]);
    for (const name of opening) {
      const [statement] = allowed(name).filter((each) => actions([each]).includes('kms:Decrypt'));
      expect(statement?.Condition).toMatchObject({
        // What anybody reads without a token opens no petition, nor does the rota of leaders.
        StringLike: {
          'kms:EncryptionContext:stream': expect.arrayContaining([
            { booking: 'Y#*', 'notice-board': 'V#*', 'reception-rota': 'D#*', imports: 'B#*' }[name] ?? 'P#*',
          ]),
        },
        'ForAllValues:StringEquals': { 'kms:EncryptionContextKeys': ['stream'] },
      });
    }
    // What is kept or erased has begun elsewhere; the archive begins its keeping.
    const [making] = allowed('archive').filter((each) => actions([each]).includes('kms:GenerateDataKey'));
    expect(making?.Condition).toMatchObject({ StringLike: { 'kms:EncryptionContext:stream': ['E#*'] } });
  });

  it('only dispatch, reconcile and operations start executions; only the last two list and stop them', () => {
    const may = (action: string) => functionNames().filter((name) => actions(allowed(name)).includes(action));
    expect(may('states:StartExecution')).toEqual(['dispatch', 'operations', 'reconcile']);
    expect(may('states:ListExecutions')).toEqual(['operations', 'reconcile']);
    expect(may('states:StopExecution')).toEqual(['operations', 'reconcile']);
    expect(may('states:SendTaskSuccess')).toEqual(['dispatch', 'open-step', 'operations', 'reconcile']);
  });
});

describe('imports', () => {
  it('are brought by one function, which touches no file, and run by another, which alone adds reference data', () => {
    const partitions = (name: string) =>
      allowed(name)
        .filter(ofImports)
        .map(({ Action, Condition }) => [
          Action.join(),
          Condition?.['ForAllValues:StringLike']?.['dynamodb:LeadingKeys'],
        ]);
    expect(partitions('imports')).toEqual([['dynamodb:GetItem,dynamodb:Query', ['IMP#*']]]);
    expect(partitions('import-run')).toEqual([
      ['dynamodb:GetItem,dynamodb:PutItem,dynamodb:UpdateItem', ['IMP#*']],
      ['dynamodb:PutItem', ['REF#*']],
    ]);
    expect(functionNames().filter((name) => allowed(name).some(ofImports))).toEqual(['import-run', 'imports']);
    const onBucket = functionNames().filter((name) =>
      allowed(name).some(({ Resource }) => Resource.some((each) => /GetAttImports/.test(each))),
    );
    expect(onBucket).toEqual(['import-run', 'imports']);
  });
});
