import type { APIGatewayProxyEventV2 } from 'aws-lambda';

/**
 * The network that a request came from: an IPv4 address, or the /64 of an IPv6 address, of which every household has 2⁶⁴.
 * It is counted with, and neither stored nor logged; keyed hashes of it tell callers apart.
 */
export const callerAddress = (event: APIGatewayProxyEventV2): string => {
  // Absent where a function is invoked by hand.
  const address = event.requestContext.http?.sourceIp ?? '';
  const inSix = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (inSix !== undefined || !address.includes(':')) return inSix ?? address;
  const [head = '', tail = ''] = address.toLowerCase().split('::');
  const groups = (part: string): string[] => (part === '' ? [] : part.split(':'));
  const before = groups(head);
  const after = address.includes('::') ? groups(tail) : [];
  const zeros = Array.from({ length: Math.max(0, 8 - before.length - after.length) }, () => '0');
  return [...before, ...zeros, ...after]
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':');
};
