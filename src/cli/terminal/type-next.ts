// Command lines that a user is told to type: through npx where this program was started by npm, as in a clone, and with
// paths quoted where a shell would split them.

/** words: of the command line, as the program is to get them. */
export function typeNext(...words: readonly string[]): string {
  const npm = process.env['npm_command'] !== undefined || process.env['npm_lifecycle_event'] !== undefined;
  return [...(npm ? ['npx'] : []), 'mixop', ...words.map(quoted)].join(' ');
}

function quoted(word: string): string {
  return /^[\w./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
