/** `npm run backup -- FILE [--passphrase-file FILE]` and `npm run restore -- FILE [--passphrase-file FILE]`. */

import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { BadBackup } from './archive.ts';
import { backUp, NotPossible, restore } from './backup.ts';
import { dataFolder } from './endpoints.ts';

const [command, ...rest] = process.argv.slice(2);
const { values, positionals } = parseArgs({
  args: rest,
  options: { 'passphrase-file': { type: 'string' } },
  allowPositionals: true,
});
const [file] = positionals;
if (file === undefined || positionals.length > 1 || (command !== 'backup' && command !== 'restore')) {
  console.error(`Usage: npm run ${basename(command ?? 'backup')} -- FILE [--passphrase-file FILE]`);
  process.exit(2);
}
if (process.env.AWS_ENDPOINT_URL_DYNAMODB) {
  console.error(
    'The tables are in the DynamoDB that AWS_ENDPOINT_URL_DYNAMODB names, not in the data folder: back them up there.',
  );
  process.exit(1);
}

/** First line, so that an editor's line end is no part of it. @throws NotPossible */
function passphraseIn(path: string): string {
  const [line = ''] = readFileSync(path, 'utf8').split(/\r?\n/);
  if (line.length < 12)
    throw new NotPossible('A passphrase has at least 12 characters, on the first line of its file.');
  return line;
}

const folder = dataFolder();
try {
  const path = values['passphrase-file'];
  const passphrase = path === undefined ? undefined : passphraseIn(path);
  if (command === 'backup') {
    const { files } = await backUp(folder, file, passphrase);
    console.log(`备份完成 / Backed up: ${folder} → ${file} (${String(files)} files)`);
    if (passphrase === undefined)
      console.warn(
        '未加密。 Not encrypted: it holds personal data and the keys to it. Keep it as safely as the folder itself.',
      );
  } else {
    const { at } = await restore(file, folder, passphrase);
    console.log(`恢复完成 / Restored: ${file} of ${at} → ${folder}. npm start goes on from there.`);
  }
} catch (error) {
  if (!(error instanceof NotPossible || error instanceof BadBackup)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
