// Command lines for a user to type: with npx where npm started this program, as in a clone, and with quotes around
// what a shell would split.

/** words: the arguments, as the program should receive them. */
export function typeNext(...words: readonly string[]): string {
  const npm = process.env['npm_command'] !== undefined || process.env['npm_lifecycle_event'] !== undefined;
  return [...(npm ? ['npx'] : []), 'mixop', ...words.map(quoted)].join(' ');
}

function quoted(word: string): string {
  return /^[\w./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
