import { renameSync, rmSync, writeFileSync } from 'node:fs';

/**
 * Writes a file wholly or not at all: after a crash or on a full disk the old content stands, never half of the new.
 * Readable by the owner only.
 */
export function writeWhole(file: string, content: string | Uint8Array): void {
  const beside = `${file}.new`;
  try {
    writeFileSync(beside, content, { mode: 0o600, flush: true });
    renameSync(beside, file);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
}
