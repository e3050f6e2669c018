// Opens the table of a benchmark, plain or .gz.

import { readBytes } from '../files.ts';
import { type ArchitectureTable, parseTable } from './architecture-table.ts';

export async function openTable(path: string): Promise<ArchitectureTable> {
  return parseTable(new TextDecoder().decode(await readBytes(path)), path);
}
