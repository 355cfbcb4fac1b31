// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are CloudFormation's placeholders.
import { describe, expect, it } from 'vitest';
import type { Template } from '../../local/intrinsics.ts';
import { resourcesOf, type Stack } from '../../local/template.ts';

const stack = (name: string, template: Template): Stack => ({ name, template, assets: new Map(), paths: new Map() });

const data = stack('Data', {
  Resources: { Petitions1: { Type: 'AWS::DynamoDB::Table' } },
  Outputs: {
    Name: { Value: { Ref: 'Petitions1' }, Export: { Name: { 'Fn::Sub': '${AWS::StackName}:Petitions' } } },
    Stream: { Value: { 'Fn::GetAtt': ['Petitions1', 'StreamArn'] }, Export: { Name: 'Data:Stream' } },
  },
});

/** Value of one property of a resource in a stack beside `data`. */
function resolved(value: unknown, template: Template = {}, partition = 'aws'): unknown {
  const app = stack('App', {
    ...template,
    Resources: {
      Machine1: { Type: 'AWS::StepFunctions::StateMachine', Properties: { StateMachineName: 'App-intake' } },
      Open1: { Type: 'AWS::Lambda::Function' },
      Probe: { Type: 'AWS::IAM::Role', Properties: { value: value as never } },
    },
  });
  return resourcesOf([app, data], partition).find(({ logicalId }) => logicalId === 'Probe')?.properties.value;
}

describe('resolving a template', () => {
  it.each([
    ['a name', { Ref: 'Open1' }, 'Open1'],
    ['an ARN', { 'Fn::GetAtt': ['Open1', 'Arn'] }, 'arn:aws:lambda:us-east-1:000000000000:function:Open1'],
    ['a machine', { Ref: 'Machine1' }, 'arn:aws:states:us-east-1:000000000000:stateMachine:App-intake'],
    ['an import', { 'Fn::ImportValue': 'Data:Petitions' }, 'Petitions1'],
    [
      'a stream',
      { 'Fn::ImportValue': 'Data:Stream' },
      'arn:aws:dynamodb:us-east-1:000000000000:table/Petitions1/stream/local',
    ],
    ['a join', { 'Fn::Join': ['-', ['a', { Ref: 'AWS::Region' }, { Ref: 'Open1' }]] }, 'a-us-east-1-Open1'],
    [
      'a substitution',
      { 'Fn::Sub': '${Open1.Arn}/${!Literal}' },
      'arn:aws:lambda:us-east-1:000000000000:function:Open1/${Literal}',
    ],
    ['variables of a substitution', { 'Fn::Sub': ['${x}!', { x: { Ref: 'Open1' } }] }, 'Open1!'],
    ['a selection', { 'Fn::Select': [1, { 'Fn::Split': [':', 'a:b:c'] }] }, 'b'],
    ['JSON', { 'Fn::ToJsonString': { open: { Ref: 'Open1' } } }, '{"open":"Open1"}'],
    ['what is left out', { kept: 1, gone: { Ref: 'AWS::NoValue' } }, { kept: 1 }],
  ])('resolves %s', (_, value, expected) => expect(resolved(value)).toEqual(expected));

  it('takes the partition from the deployment', () => {
    const value = { 'Fn::Sub': 'arn:${AWS::Partition}:s3:::x.${AWS::URLSuffix}' };
    expect(resolved(value, {}, 'aws-cn')).toBe('arn:aws-cn:s3:::x.amazonaws.com.cn');
  });

  it('uses the default of a parameter', () => {
    expect(resolved({ Ref: 'Size' }, { Parameters: { Size: { Type: 'Number', Default: 3 } } })).toBe(3);
  });

  it('chooses by condition', () => {
    const Conditions = { InChina: { 'Fn::Equals': [{ Ref: 'AWS::Partition' }, 'aws-cn'] } };
    const value = { 'Fn::If': ['InChina', 'yes', 'no'] };
    expect([resolved(value, { Conditions }), resolved(value, { Conditions }, 'aws-cn')]).toEqual(['no', 'yes']);
  });

  it.each([
    ['a function it does not know', { 'Fn::Cidr': ['10.0.0.0/8', 1, 8] }, 'does not know Fn::Cidr'],
    ['a resource that is not there', { Ref: 'Nowhere' }, 'there is no Nowhere'],
    ['an export that is not there', { 'Fn::ImportValue': 'Data:Nothing' }, 'no stack exports Data:Nothing'],
  ])('refuses %s', (_, value, message) => expect(() => resolved(value)).toThrow(message));
});
