import { createServer } from 'node:net';
import { listen } from '../../local/ports.ts';

/** The harmless string that every scanner takes for a virus. In two parts, so that this file is no find itself. */
export const eicar = ['X5O!P%@AP[4\\PZX54(P^)7CC)7}', '$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'].join('');

export interface FakeClamd {
  readonly address: string;
  /** How many files it has been sent. */
  readonly scans: number;
  /** Answers every file with this from now on, e.g. an error. */
  answer: string | undefined;
  close(): void;
}

/** Speaks enough of clamd's protocol: zVERSION and zINSTREAM, and finds the EICAR string. */
export async function fakeClamd(): Promise<FakeClamd> {
  const state: { scans: number; answer: string | undefined } = { scans: 0, answer: undefined };
  const server = createServer((socket) => {
    let received = Buffer.alloc(0);
    socket.on('error', () => {});
    socket.on('data', (data) => {
      received = Buffer.concat([received, data]);
      if (received.toString('latin1').startsWith('zVERSION\0')) {
        socket.end('ClamAV 1.4.6/27123/Tue Nov 24 08:00:00 2026\0');
        return;
      }
      const file = unframed(received.subarray('zINSTREAM\0'.length));
      if (file === undefined) return;
      state.scans += 1;
      socket.end(`${state.answer ?? (file.includes(eicar) ? 'stream: Eicar-Test FOUND' : 'stream: OK')}\0`);
    });
  });
  const port = await listen(server, 0);
  return Object.assign(state, { address: `127.0.0.1:${String(port)}`, close: () => void server.close() });
}

/** Chunks with their lengths before them, to the length of zero; undefined while that has not come. */
function unframed(data: Buffer): Buffer | undefined {
  const chunks: Buffer[] = [];
  for (let at = 0; at + 4 <= data.length; ) {
    const length = data.readUInt32BE(at);
    if (length === 0) return Buffer.concat(chunks);
    chunks.push(data.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return undefined;
}
